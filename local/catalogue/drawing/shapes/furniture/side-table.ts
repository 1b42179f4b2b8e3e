import { shade } from '../../colour.ts';
import { floor, type Look, type Shape } from '../../look.ts';
import { ellipse, n, type Paint, path } from '../../paint.ts';
import { grain } from '../../pattern.ts';
import { flatFace } from '../../surface.ts';
import { leg } from './leg.ts';

function drawSideTable(paint: Paint, look: Look): void {
  const { random, main, accent } = look;
  const half = random.between(195, 250);
  const top = floor - random.between(270, 330);
  if (random.chance(0.45)) {
    paint.add(
      ellipse([500, floor - 8], [half * 0.56, half * 0.1], shade(accent, -0.08)),
      ellipse([500, floor - 14], [half * 0.56, half * 0.1], accent),
    );
    leg(paint, [500, top], [500, floor - 14], { width: 46, colour: accent });
  } else {
    for (const side of [-0.62, 0.62])
      leg(paint, [500 + side * half, top], [500 + side * half * 1.04, floor - 30], {
        width: 19,
        colour: shade(accent, -0.12),
      });
    for (const side of [-0.86, 0.86])
      leg(paint, [500 + side * half, top], [500 + side * half * 1.06, floor], { width: 24, colour: accent });
  }
  const rim = `M${n(500 - half)} ${n(top)}v20a${n(half)} ${n(half * 0.16)} 0 0 0 ${n(half * 2)} 0v-20z`;
  const face = `M${n(500 - half)} ${n(top)}a${n(half)} ${n(half * 0.16)} 0 1 0 ${n(half * 2)} 0a${n(half)} ${n(half * 0.16)} 0 1 0 ${n(-half * 2)} 0z`;
  const box = { x: 500 - half, y: top - half * 0.16, width: half * 2, height: half * 0.32 };
  paint.add(path(rim, shade(main, -0.12)));
  flatFace(paint, face, box, { ...look, pattern: 'plain' });
  if (look.finish === 'wood') paint.add(paint.within(face, grain(box, look)));
}

export const sideTable: Shape = { stance: 'standing', footprint: 200, zoom: 1.3, draw: drawSideTable };
