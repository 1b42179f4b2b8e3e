import { shade } from '../../colour.ts';
import { floor, type Look, type Shape } from '../../look.ts';
import { ellipse, n, type Paint } from '../../paint.ts';
import { reflection } from '../../surface.ts';
import { opening, type Turned, turnedBody, sides } from '../../turned.ts';
import { loop } from '../handle.ts';

function drawMug(paint: Paint, look: Look): void {
  const { random, main, finish } = look;
  const height = random.between(300, 400);
  const half = random.between(135, 170);
  const foot = half * random.between(0.72, 1);
  const top = floor - height;
  const side = random.chance(0.8) ? 1 : -1;
  const reach = random.between(84, 116);
  const [high, low] = [top + height * random.between(0.16, 0.24), top + height * random.between(0.68, 0.8)];
  const x = 500 + side * (half - 8);
  const ear = `M${n(x)} ${n(high)}C${n(x + side * reach * 1.3)} ${n(high - 12)} ${n(x + side * reach * 1.3)} ${n(low + 6)} ${n(500 + side * (foot + (half - foot) * 0.3 - 8))} ${n(low)}`;
  loop(paint, ear, finish === 'gloss' && random.chance(0.3) ? look.accent : main, random.between(26, 36));
  const belly = random.chance(0.4) ? half * 1.05 : half * 0.5 + foot * 0.5;
  const body: Turned = {
    profile: sides(half, top, belly, top + height * 0.5, foot, floor - 26, foot * 0.9, floor - 6),
  };
  turnedBody(paint, body, look);
  opening(paint, look, { centre: [500, top], half: half, inside: random.chance(0.5) ? '#f3eee6' : shade(main, -0.1) });
  if (random.chance(0.5))
    paint.add(
      ellipse([500, top + 14], [half - 16, (half - 16) * 0.1], '#4a2e1d'),
      ellipse([480, top + 12], [half * 0.5, half * 0.03], '#8a5e3c', { opacity: 0.5 }),
    );
  reflection(
    paint,
    `M${n(500 - half * 0.66)} ${n(top + 60)}q-8 ${n(height * 0.35)} 6 ${n(height * 0.6)}h18q-12 ${n(-height * 0.3)} -4 ${n(-height * 0.6)}z`,
    finish,
  );
}

export const mug: Shape = { stance: 'standing', footprint: 165, zoom: 1.4, draw: drawMug };
