import { shade } from '../../colour.ts';
import { floor, type Look, type Shape } from '../../look.ts';
import { ellipse, n, type Paint } from '../../paint.ts';
import { roundLight } from '../../surface.ts';
import { opening, turnedBody, sides } from '../../turned.ts';
import { loop } from '../handle.ts';

function drawCup(paint: Paint, look: Look): void {
  const { random, main } = look;
  const saucer = random.between(205, 240);
  const y = floor - 26;
  paint.add(ellipse([500, y + 14], [saucer, saucer * 0.2], shade(main, -0.14)));
  paint.add(
    ellipse([500, y], [saucer, saucer * 0.2], main),
    ellipse(
      [500, y],
      [saucer, saucer * 0.2],
      roundLight(paint, { x: 500 - saucer, y, width: saucer * 2, height: 1 }, look.finish),
    ),
  );
  paint.add(ellipse([500, y + 6], [saucer * 0.56, saucer * 0.1], shade(main, -0.1)));
  const half = random.between(118, 140);
  const height = random.between(170, 215);
  const top = y - height;
  const ear = `M${n(500 + half - 12)} ${n(top + 34)}c92 -18 92 ${n(height * 0.55)} ${n(-half * 0.2)} ${n(height * 0.52)}`;
  loop(paint, ear, main, 20);
  turnedBody(
    paint,
    {
      profile: sides(half, top, half * 0.98, top + height * 0.45, half * 0.7, y - 24, half * 0.46, y),
    },
    look,
  );
  opening(paint, look, { centre: [500, top], half: half, inside: '#efe8dc' });
  paint.add(
    ellipse([500, top + 10], [half - 15, (half - 15) * 0.11], '#3d2416'),
    ellipse([490, top + 9], [half * 0.6, half * 0.05], '#a8734a', { opacity: 0.75 }),
  );
}

export const cup: Shape = { stance: 'standing', footprint: 230, zoom: 1.42, draw: drawCup };
