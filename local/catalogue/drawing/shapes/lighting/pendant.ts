import type { Look, Shape } from '../../look.ts';
import { ellipse, line, n, type Paint } from '../../paint.ts';
import { opening, turnedBody, sides } from '../../turned.ts';
import { halo } from './glow.ts';

function drawPendant(paint: Paint, look: Look): void {
  const { random, main } = look;
  const half = random.between(190, 260);
  const top = random.between(300, 350);
  const bottom = top + random.between(170, 290);
  halo(paint, [500, bottom + 10], 330);
  paint.add(line(`M500 0V${n(top)}`, '#2d2c2b', 6));
  const profile: readonly (readonly [number, number])[] = random.pick([
    [
      [28, top],
      [half * 0.62, top + 60],
      [half, bottom],
    ],
    [
      [28, top],
      [half * 0.9, top + (bottom - top) * 0.4],
      [half * 0.9, top + (bottom - top) * 0.7],
      [half * 0.5, bottom],
    ],
    [
      [40, top],
      [52, top + 60],
      [half, bottom - 20],
      [half, bottom],
    ],
  ]);
  turnedBody(paint, { tilt: 0.09, profile }, { ...look, main });
  const mouth = profile.at(-1)![0];
  opening(paint, look, { centre: [500, bottom], half: mouth, tilt: 0.09, rim: 6, inside: '#fff0cc' });
  turnedBody(
    paint,
    {
      profile: sides(16, top - 46, 20, top + 4),
    },
    { ...look, main: '#b8924a', finish: 'metal', pattern: 'plain' },
  );
  paint.add(ellipse([500, bottom + 6], [42, 26], '#fffaf0'));
}

export const pendant: Shape = { stance: 'hanging', draw: drawPendant };
