import { shade } from '../../colour.ts';
import { floor, type Look, type Shape } from '../../look.ts';
import { ellipse, line, n, type Paint } from '../../paint.ts';
import { type Turned, turnedBody, sides } from '../../turned.ts';
import { halo } from './glow.ts';

function drawLantern(paint: Paint, look: Look): void {
  const { random, main } = look;
  const half = random.between(105, 128);
  const height = random.between(270, 320);
  const top = floor - height;
  paint.add(
    line(
      `M${n(500 - half * 0.8)} ${n(top + 6)}C${n(500 - half * 0.9)} ${n(top - 190)} ${n(500 + half * 0.9)} ${n(top - 190)} ${n(500 + half * 0.8)} ${n(top + 6)}`,
      shade(main, -0.1),
      10,
    ),
  );
  halo(paint, [500, floor - height * 0.5], 240);
  const pane: Turned = {
    profile: sides(half * 0.82, top + 40, half * 0.86, floor - 60),
  };
  turnedBody(paint, pane, { ...look, main: '#f6e7c4', finish: 'glass', pattern: 'plain' });
  paint.add(
    ellipse([500, floor - height * 0.46], [16, 40], '#ffd27a'),
    ellipse([500, floor - height * 0.44], [8, 24], '#fff6df'),
  );
  for (const at of [-0.84, -0.3, 0.3, 0.84])
    paint.add(line(`M${n(500 + half * at)} ${n(top + 30)}V${n(floor - 50)}`, shade(main, at * 0.06), 8));
  turnedBody(
    paint,
    {
      profile: sides(half, floor - 66, half * 1.04, floor - 8),
    },
    { ...look, pattern: 'plain' },
  );
  turnedBody(
    paint,
    {
      profile: sides(half * 0.3, top - 34, half * 0.86, top + 4, half * 0.98, top + 44),
    },
    { ...look, pattern: 'plain' },
  );
}

export const lantern: Shape = { stance: 'standing', footprint: 125, zoom: 1.3, draw: drawLantern };
