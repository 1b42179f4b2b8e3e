import { shade } from '../../colour.ts';
import { floor, type Look, type Shape } from '../../look.ts';
import { n, type Paint, path } from '../../paint.ts';
import { reflection, slant } from '../../surface.ts';
import { type Turned, turnedBody, sides } from '../../turned.ts';
import { loop, knob } from '../handle.ts';
import { oak } from '../../wood.ts';

function drawSpoutAndHandle(
  paint: Paint,
  { random, main, accent }: Look,
  { half, height }: { half: number; height: number },
): void {
  const top = floor - height;
  const spout = `M${n(500 - half * 0.7)} ${n(floor - height * 0.28)}C${n(500 - half * 1.5)} ${n(floor - height * 0.36)} ${n(500 - half * 1.2)} ${n(top + 40)} ${n(500 - half * 1.62)} ${n(top + 22)}l40 -14C${n(500 - half * 1.05)} ${n(top + 30)} ${n(500 - half * 1.05)} ${n(top + height * 0.3)} ${n(500 - half * 0.7)} ${n(top + height * 0.3)}z`;
  paint.add(
    path(spout, shade(main, -0.03)),
    path(spout, slant(paint, [500 - half * 1.6, top], [500 - half * 0.7, floor], { light: 0.25, dark: 0.22 })),
  );
  const isBail = random.chance(0.4);
  if (isBail)
    loop(
      paint,
      `M${n(500 - half * 0.72)} ${n(top + 40)}C${n(500 - half * 0.8)} ${n(top - 190)} ${n(500 + half * 0.8)} ${n(top - 190)} ${n(500 + half * 0.72)} ${n(top + 40)}`,
      accent,
      15,
    );
  else
    loop(
      paint,
      `M${n(500 + half * 0.82)} ${n(top + 60)}c120 -30 130 ${n(height * 0.58)} ${n(-10)} ${n(height * 0.5)}`,
      main,
      24,
    );
}

function drawTeapot(paint: Paint, look: Look): void {
  const { random, main, accent } = look;
  const half = random.between(180, 205);
  const height = random.between(260, 320);
  const top = floor - height;
  drawSpoutAndHandle(paint, look, { half, height });
  const body: Turned = {
    profile: sides(
      half * 0.5,
      top + 12,
      half * 0.86,
      top + height * 0.22,
      half,
      top + height * 0.58,
      half * 0.84,
      floor - 30,
      half * 0.62,
      floor - 6,
    ),
  };
  turnedBody(paint, body, look);
  const lid: Turned = {
    profile: sides(half * 0.1, top - 14, half * 0.36, top - 4, half * 0.54, top + 20),
  };
  turnedBody(paint, lid, { ...look, pattern: 'plain', main: random.chance(0.3) ? accent : main });
  knob(paint, [500, top - 12], 20, { ...look, main: random.chance(0.5) ? oak : main });
  reflection(
    paint,
    `M${n(500 - half * 0.6)} ${n(top + height * 0.36)}q-22 50 0 ${n(height * 0.34)}h20q-16 -50 0 ${n(-height * 0.34)}z`,
    look.finish,
  );
}

export const teapot: Shape = { stance: 'standing', footprint: 200, zoom: 1.3, draw: drawTeapot };
