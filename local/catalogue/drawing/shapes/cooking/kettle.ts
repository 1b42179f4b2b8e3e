import { shade } from '../../colour.ts';
import { floor, type Look, type Shape } from '../../look.ts';
import { n, type Paint } from '../../paint.ts';
import { reflection } from '../../surface.ts';
import { type Turned, turnedBody, sides } from '../../turned.ts';
import { loop, knob } from '../handle.ts';
import { oak } from '../../wood.ts';

function drawSpoutAndHandle(
  paint: Paint,
  { random, main }: Look,
  { half, height }: { half: number; height: number },
): void {
  const top = floor - height;
  const isGooseneck = random.chance(0.6);
  const spout = isGooseneck
    ? `M${n(500 - half * 0.88)} ${n(floor - 60)}c-110 -10 -70 -190 -150 -${n(height * 0.82)}`
    : `M${n(500 - half * 0.8)} ${n(top + height * 0.5)}L${n(500 - half * 1.35)} ${n(top + 36)}`;
  loop(paint, spout, shade(main, -0.03), isGooseneck ? 24 : 44);
  const handle = random.chance(0.5)
    ? `M${n(500 - half * 0.5)} ${n(top + 20)}C${n(500 - half * 0.6)} ${n(top - 200)} ${n(500 + half * 0.9)} ${n(top - 180)} ${n(500 + half * 0.62)} ${n(top + 40)}`
    : `M${n(500 + half * 0.6)} ${n(top + 26)}c190 -40 170 120 110 ${n(height * 0.62)}`;
  loop(paint, handle, random.chance(0.6) ? oak : '#2b2a29', 26);
}

function drawKettle(paint: Paint, look: Look): void {
  const { random, main, accent } = look;
  const half = random.between(175, 205);
  const height = random.between(250, 300);
  const top = floor - height;
  drawSpoutAndHandle(paint, look, { half, height });
  const body: Turned = {
    profile: sides(
      half * 0.52,
      top,
      half * 0.72,
      top + height * 0.22,
      half,
      floor - height * 0.2,
      half * 0.98,
      floor - 8,
    ),
  };
  turnedBody(paint, body, { ...look, pattern: 'plain' });
  turnedBody(
    paint,
    {
      profile: sides(half * 0.12, top - 20, half * 0.4, top - 10, half * 0.53, top + 6),
    },
    { ...look, pattern: 'plain', main: random.chance(0.3) ? accent : main },
  );
  knob(paint, [500, top - 18], 22, { ...look, main: oak, finish: 'wood' });
  reflection(
    paint,
    `M${n(500 - half * 0.62)} ${n(floor - height * 0.6)}q-26 60 -28 ${n(height * 0.4)}h22q6 -70 24 ${n(-height * 0.4)}z`,
    look.finish,
  );
}

export const kettle: Shape = { stance: 'standing', footprint: 210, zoom: 1.22, draw: drawKettle };
