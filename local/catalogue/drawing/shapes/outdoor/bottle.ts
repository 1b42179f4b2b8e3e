import { mix } from '../../colour.ts';
import { floor, type Look, type Shape } from '../../look.ts';
import { ellipse, line, n, type Paint } from '../../paint.ts';
import { reflection } from '../../surface.ts';
import { type Turned, turnedBody, sides } from '../../turned.ts';
import { loop } from '../handle.ts';

function drawCap(paint: Paint, look: Look, { half, top }: { half: number; top: number }): void {
  const { random, accent } = look;
  const cap = random.pick(['#2b2a29', accent, '#c39a66', '#b9bdc1']);
  turnedBody(
    paint,
    {
      profile: sides(half * 0.48, top - 26, half * 0.58, top - 18, half * 0.58, top + 40),
    },
    { ...look, main: cap, pattern: 'plain' },
  );
  if (random.chance(0.5))
    loop(
      paint,
      `M${n(500 - half * 0.4)} ${n(top - 16)}C${n(500 - half * 0.5)} ${n(top - 96)} ${n(500 + half * 0.5)} ${n(top - 96)} ${n(500 + half * 0.4)} ${n(top - 16)}`,
      cap,
      13,
    );
}

function drawBottle(paint: Paint, look: Look): void {
  const { random, main } = look;
  const half = random.between(92, 112);
  const height = random.between(410, 480);
  const top = floor - height;
  const shoulder = top + random.between(90, 130);
  const body: Turned = {
    profile: sides(
      half * 0.5,
      top + 36,
      half * 0.54,
      top + 58,
      half * 0.96,
      shoulder,
      half,
      shoulder + 50,
      half,
      floor - 30,
      half * 0.93,
      floor - 7,
    ),
  };
  turnedBody(paint, body, look);
  drawCap(paint, look, { half, top });
  reflection(
    paint,
    `M${n(500 - half * 0.7)} ${n(shoulder + 30)}v${n(height * 0.5)}h15v${n(-height * 0.5)}z`,
    look.finish,
  );
  if (random.chance(0.5))
    paint.add(
      ellipse([500, shoulder + 130], [26, 26], 'none', { stroke: mix(main, '#ffffff', 0.7), 'stroke-width': 5 }),
      line(`M488 ${n(shoulder + 140)}l12 -20l12 20z`, mix(main, '#ffffff', 0.7), 4),
    );
}

export const bottle: Shape = { stance: 'standing', footprint: 110, zoom: 1.2, draw: drawBottle };
