import { floor, type Look, type Shape } from '../../look.ts';
import { n, type Paint } from '../../paint.ts';
import { reflection } from '../../surface.ts';
import { type Turned, turnedBody, sides } from '../../turned.ts';
import { loop, knob } from '../handle.ts';

function drawCasserole(paint: Paint, look: Look): void {
  const { random, main, accent } = look;
  const half = random.between(250, 285);
  const height = random.between(190, 250);
  const top = floor - height;
  for (const side of [-1, 1]) {
    const x = 500 + side * (half - 6);
    loop(paint, `M${n(x)} ${n(top + 40)}c${n(side * 62)} -6 ${n(side * 62)} 58 0 56`, main, 24);
  }
  turnedBody(
    paint,
    {
      tilt: 0.1,
      profile: sides(half, top, half, floor - 70, half * 0.93, floor - 8),
    },
    look,
  );
  const lid: Turned = {
    tilt: 0.1,
    profile: sides(half * 0.2, top - 66, half * 0.72, top - 46, half * 1.02, top - 6, half * 1.02, top + 8),
  };
  turnedBody(paint, lid, { ...look, pattern: 'plain' });
  knob(paint, [500, top - 66], 30, { ...look, main: random.chance(0.5) ? '#b8924a' : accent, finish: 'metal' });
  reflection(paint, `M${n(500 - half * 0.72)} ${n(top + 60)}v${n(height * 0.5)}h20v${n(-height * 0.5)}z`, look.finish);
}

export const casserole: Shape = { stance: 'standing', footprint: 270, zoom: 1.25, draw: drawCasserole };
