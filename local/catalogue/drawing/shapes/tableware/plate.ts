import { mix, shade } from '../../colour.ts';
import type { Look, Shape } from '../../look.ts';
import { ellipse, ellipsePath, n, type Paint, path } from '../../paint.ts';
import { patternOn } from '../../pattern.ts';

function drawPlate(paint: Paint, look: Look): void {
  const { random, main, accent } = look;
  const radius = random.between(300, 335);
  const centre = [500, 520] as const;
  const tilt = random.between(0.86, 0.98);
  for (let step = 1; step <= 6; step++)
    paint.add(
      ellipse([500 + step * 4, 520 + step * 7], [radius + 10 - step, (radius + 10 - step) * tilt], '#2b2118', {
        opacity: 0.05,
      }),
    );
  const outline = ellipsePath(centre, radius, radius * tilt);
  const box = { x: 500 - radius, y: 520 - radius * tilt, width: radius * 2, height: radius * 2 * tilt };
  paint.add(path(outline, main));
  if (!['dip', 'bands', 'ribs'].includes(look.pattern)) paint.add(paint.within(outline, patternOn(box, look, 0)));
  if (look.pattern === 'bands')
    for (const ring of [0.95, 0.86, 0.8])
      paint.add(
        `<ellipse cx="500" cy="520" rx="${n(radius * ring)}" ry="${n(radius * ring * tilt)}" fill="none" stroke="${accent}" stroke-width="${n(random.between(3, 10))}"/>`,
      );
  if (look.pattern === 'dip') paint.add(ellipse(centre, [radius * 0.68, radius * 0.68 * tilt], accent));
  if (look.pattern === 'ribs')
    for (let ring = 0.72; ring < 0.98; ring += 0.045)
      paint.add(
        `<ellipse cx="500" cy="520" rx="${n(radius * ring)}" ry="${n(radius * ring * tilt)}" fill="none" stroke="${shade(main, -0.1)}" stroke-width="3" opacity="0.55"/>`,
      );
  paint.add(
    path(
      outline,
      paint.linear(
        [240, 260],
        [760, 800],
        [
          [0, '#ffffff', 0.4],
          [0.5, '#ffffff', 0],
          [1, '#1d140c', 0.2],
        ],
      ),
    ),
  );
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
    `<ellipse cx="500" cy="520" rx="${n(well)}" ry="${n(well * tilt)}" fill="none" stroke="${inner}" stroke-width="12"/>`,
  );
  paint.add(
    `<ellipse cx="500" cy="520" rx="${n(radius - 3)}" ry="${n((radius - 3) * tilt)}" fill="none" stroke="${mix(main, '#ffffff', 0.5)}" stroke-width="5" opacity="0.7"/>`,
  );
}

export const plate: Shape = { stance: 'flat', draw: drawPlate };
