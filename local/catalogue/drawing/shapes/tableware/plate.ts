import { mix, shade } from '../../colour.ts';
import type { Look, Shape } from '../../look.ts';
import { ellipse, ellipsePath, type Paint, path } from '../../paint.ts';
import { patternOn } from '../../pattern.ts';
import { slant } from '../../surface.ts';

const centre = [500, 520] as const;

function ringOf(rx: number, ry: number, stroke: string, width: number): string {
  return ellipse(centre, [rx, ry], 'none', { stroke, 'stroke-width': width });
}

/** Plates are decorated in rings where other things have level lines. */
function decorOf(look: Look, radius: number, tilt: number): string {
  const { random, main, accent, pattern } = look;
  const rings = (sizes: number[], colour: string, width: () => number) =>
    sizes.map((size) => ringOf(radius * size, radius * size * tilt, colour, width())).join('');
  if (pattern === 'bands') return rings([0.95, 0.86, 0.8], accent, () => random.between(3, 10));
  if (pattern === 'ribs') return rings([0.74, 0.79, 0.84, 0.89, 0.94], shade(main, -0.06), () => 3);
  if (pattern === 'dip') return ellipse(centre, [radius * 0.68, radius * 0.68 * tilt], accent);
  return patternOn({ x: 500 - radius, y: 520 - radius * tilt, width: radius * 2, height: radius * 2 * tilt }, look, 0);
}

function drawPlate(paint: Paint, look: Look): void {
  const { random, main } = look;
  const radius = random.between(300, 335);
  const tilt = random.between(0.86, 0.98);
  for (let step = 1; step <= 6; step++)
    paint.add(
      ellipse([500 + step * 4, 520 + step * 7], [radius + 10 - step, (radius + 10 - step) * tilt], '#2b2118', {
        opacity: 0.05,
      }),
    );
  const outline = ellipsePath(centre, radius, radius * tilt);
  paint.add(path(outline, main));
  paint.add(paint.within(outline, decorOf(look, radius, tilt)));
  paint.add(path(outline, slant(paint, [240, 260], [760, 800], { light: 0.4, dark: 0.2 })));
  const well = radius * 0.68;
  const inner = paint.linear(
    [300, 320],
    [700, 740],
    [
      [0, '#1d140c', 0.22],
      [0.5, '#1d140c', 0.02],
      [1, '#ffffff', 0.35],
    ],
  );
  paint.add(
    ringOf(well, well * tilt, inner, 12),
    ringOf(radius - 3, (radius - 3) * tilt, mix(main, '#ffffff', 0.36), 5),
  );
}

export const plate: Shape = { stance: 'flat', draw: drawPlate };
