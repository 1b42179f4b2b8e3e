import { mix } from '../../colour.ts';
import type { Look, Shape } from '../../look.ts';
import { ellipse, n, type Paint, path, roundedBox } from '../../paint.ts';
import { dropShadow } from '../../scene.ts';
import { oak } from '../../wood.ts';
import { slant } from '../../surface.ts';

function drawPan(paint: Paint, look: Look): void {
  const { random, main, accent } = look;
  const radius = random.between(225, 255);
  const [x, y] = [420, 540];
  const handle = roundedBox({ x: x + radius - 14, y: y - 26, width: 330, height: 52 }, 24);
  const tilt = 'rotate(-18 420 540)';
  const disc = `M${x - radius} ${y}a${n(radius)} ${n(radius)} 0 1 0 ${n(radius * 2)} 0a${n(radius)} ${n(radius)} 0 1 0 ${n(-radius * 2)} 0z`;
  paint.add(`<g transform="${tilt}">`);
  dropShadow(paint, `${disc}${handle}`, 26);
  const wood = random.chance(0.5) ? oak : '#2b2a29';
  paint.add(path(handle, wood), path(handle, slant(paint, [0, y - 26], [0, y + 26], { light: 0.3, dark: 0.3 })));
  paint.add(ellipse([x + radius + 286, y], [10, 10], mix(accent, '#e9e4dc', 0.8)));
  paint.add(
    path(disc, main),
    path(disc, slant(paint, [x - radius, y - radius], [x + radius, y + radius], { light: 0.4, dark: 0.35 })),
  );
  paint.add(
    ellipse([x, y], [radius - 22, radius - 22], '#35342f'),
    ellipse(
      [x, y],
      [radius - 22, radius - 22],
      paint.radial([x - 70, y - 90], radius * 1.3, [
        [0, '#ffffff', 0.3],
        [0.5, '#ffffff', 0.04],
        [1, '#000000', 0.3],
      ]),
    ),
  );
  paint.add(
    `<circle cx="${x}" cy="${y}" r="${n(radius - 52)}" fill="none" stroke="#ffffff" stroke-opacity="0.08" stroke-width="3"/></g>`,
  );
}

export const pan: Shape = { stance: 'flat', zoom: 1.05, draw: drawPan };
