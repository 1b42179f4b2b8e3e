import { shade } from '../../colour.ts';
import { floor, type Look, type Shape } from '../../look.ts';
import { ellipse, line, n, type Paint, path, roundedBox } from '../../paint.ts';
import { flatFace, slant } from '../../surface.ts';
import { cloth } from './fabric.ts';

/** Towels, rolled or folded, one on the other. */
function drawTowels(paint: Paint, look: Look): void {
  const { random, main, accent } = look;
  const half = random.between(225, 260);
  const thick = random.between(78, 96);
  const colours = [main, random.chance(0.5) ? accent : shade(main, 0.06), main];
  const count = random.int(2, 3);
  for (let at = 0; at < count; at++) {
    const y = floor - (at + 1) * thick;
    const own = { ...look, main: colours[at]! };
    const box = { x: 500 - half + random.between(-10, 10), y, width: half * 2, height: thick - 4 };
    const d = roundedBox(box, 40);
    flatFace(paint, d, box, cloth({ ...own, pattern: at === 0 ? look.pattern : 'plain' }));
    paint.add(path(d, slant(paint, [0, y], [0, y + thick], { light: 0.25, dark: 0.34 })));
    paint.add(
      line(`M${n(box.x + 34)} ${n(y + thick * 0.48)}h${n(half * 2 - 40)}`, shade(own.main, -0.16), 4, { opacity: 0.5 }),
    );
    for (const dx of [0.72, 0.78])
      paint.add(
        line(`M${n(box.x + half * 2 * dx)} ${n(y + 4)}v${n(thick - 12)}`, shade(own.main, -0.1), 5, { opacity: 0.55 }),
      );
  }
  const y = floor - count * thick - 62;
  const roll = roundedBox({ x: 500 - half * 0.7, y, width: half * 1.4, height: 70 }, 35);
  flatFace(paint, roll, { x: 500 - half, y, width: half * 2, height: 70 }, cloth({ ...look, pattern: 'plain' }));
  paint.add(
    path(roll, slant(paint, [0, y], [0, y + 70], { light: 0.2, dark: 0.3 })),
    ellipse([500 + half * 0.63, y + 35], [24, 32], shade(main, -0.05)),
  );
  paint.add(
    line(`M${n(500 + half * 0.63)} ${n(y + 35)}m-6 0a7 9 0 1 1 12 4a14 18 0 1 1 -22 -12`, shade(main, -0.18), 4),
  );
}

export const towels: Shape = { stance: 'standing', footprint: 250, zoom: 1.25, draw: drawTowels };
