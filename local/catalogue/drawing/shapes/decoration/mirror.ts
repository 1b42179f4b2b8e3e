import { mix, shade } from '../../colour.ts';
import type { Look, Shape } from '../../look.ts';
import { ellipsePath, line, n, type Paint, path, roundedBox } from '../../paint.ts';
import { grain } from '../../pattern.ts';
import { dropShadow } from '../../scene.ts';

function drawMirror(paint: Paint, look: Look): void {
  const { random, main } = look;
  const kind = random.int(0, 2);
  const half = random.between(225, 265);
  const outer = [
    ellipsePath([500, 500], half, half),
    `M${500 - half} 820V420a${n(half)} ${n(half)} 0 0 1 ${n(half * 2)} 0V820z`,
    roundedBox({ x: 500 - half * 0.8, y: 180, width: half * 1.6, height: 640 }, half * 0.8),
  ][kind]!;
  dropShadow(paint, outer, 26);
  paint.add(path(outer, main));
  if (look.finish === 'wood')
    paint.add(paint.within(outer, grain({ x: 200, y: 150, width: 600, height: 700 }, look, true)));
  const scale = `translate(500 ${kind === 1 ? 560 : 500}) scale(${n(kind === 0 ? 0.9 : 0.92)}) translate(-500 ${kind === 1 ? -560 : -500})`;
  const sky = paint.linear(
    [260, 180],
    [740, 840],
    [
      [0, '#eef3f5'],
      [0.42, '#d5dee2'],
      [0.5, '#f6f9fa'],
      [0.58, '#dfe7ea'],
      [1, '#b9c5ca'],
    ],
  );
  paint.add(
    `<g transform="${scale}">${path(outer, shade(main, -0.2))}${path(outer, sky, { transform: 'translate(2 3)' })}</g>`,
  );
  paint.add(line(outer, mix(main, '#ffffff', 0.4), 3, { opacity: 0.7 }));
}

export const mirror: Shape = { stance: 'hanging', draw: drawMirror };
