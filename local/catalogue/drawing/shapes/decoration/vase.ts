import { mix, shade } from '../../colour.ts';
import { floor, type Look, type Shape } from '../../look.ts';
import { ellipse, line, n, type Paint, type Point } from '../../paint.ts';
import { reflection } from '../../surface.ts';
import { opening, sides, turnedBody } from '../../turned.ts';
import { away, greens, leaf } from './leaf.ts';

function stems(paint: Paint, look: Look, foot: Point): void {
  const { random, accent } = look;
  const isDried = random.chance(0.4);
  for (let stem = random.int(3, 6); stem > 0; stem--) {
    const turn = random.between(-34, 34);
    const green = isDried ? '#b39b6d' : random.pick(greens);
    const tip = away(foot, turn, random.between(160, 250));
    const bend = `${n(foot[0] + (tip[0] - foot[0]) * 0.3)} ${n((foot[1] + tip[1]) / 2)}`;
    paint.add(line(`M${n(foot[0])} ${n(foot[1] + 20)}Q${bend} ${n(tip[0])} ${n(tip[1])}`, shade(green, -0.06), 5));
    const petals = isDried ? '#d8c39a' : mix(accent, '#ffffff', random.between(0, 0.4));
    if (random.chance(0.5)) twig(paint, [foot, tip], turn, green);
    else bloom(paint, tip, random.between(20, 34), petals);
  }
}

function twig(paint: Paint, [[x, y], tip]: readonly [Point, Point], turn: number, green: string): void {
  for (let at = 0.4; at < 1; at += 0.2) {
    const fork: Point = [x + (tip[0] - x) * at * at, y + (tip[1] - y) * at];
    for (const side of [-1, 1]) leaf(paint, fork, { length: 56, width: 15, turn: turn + side * 52 }, green);
  }
}

function bloom(paint: Paint, [x, y]: Point, size: number, colour: string): void {
  for (let petal = 0; petal < 7; petal++)
    paint.add(
      ellipse([0, -size * 0.7], [size * 0.42, size * 0.66], petal % 2 ? colour : shade(colour, -0.05), {
        transform: `translate(${n(x)} ${n(y)}) rotate(${n(petal * 51.4)})`,
      }),
    );
  paint.add(ellipse([x, y], [size * 0.34, size * 0.34], '#d8a63c'));
}

function drawVase(paint: Paint, look: Look): void {
  const { random } = look;
  const height = random.between(300, 400);
  const half = random.between(110, 160);
  const top = floor - height;
  const neck = half * random.between(0.3, 0.6);
  const profile = random.pick([
    sides(neck, top, neck * 0.86, top + height * 0.2, half, top + height * 0.6, half * 0.6, floor - 8),
    sides(half * 0.8, top, half * 0.62, top + height * 0.3, half, top + height * 0.7, half * 0.72, floor - 8),
    sides(neck * 1.1, top, neck, top + height * 0.34, half, top + height * 0.5, half * 0.94, floor - 40),
    sides(half * 0.66, top, half * 0.7, top + height * 0.5, half * 0.66, floor - 8),
  ]);
  if (random.chance(0.75)) stems(paint, look, [500, top]);
  turnedBody(paint, { profile }, look);
  opening(paint, look, { centre: [500, top], half: profile[0]![0], rim: 6, inside: shade(look.main, -0.22) });
  reflection(
    paint,
    `M${n(500 - half * 0.7)} ${n(top + height * 0.55)}q-14 40 4 ${n(height * 0.26)}h14q-14 -40 0 ${n(-height * 0.26)}z`,
    look.finish,
  );
}

export const vase: Shape = { stance: 'standing', footprint: 130, zoom: 1.08, draw: drawVase };
