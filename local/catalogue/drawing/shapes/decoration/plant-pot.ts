import { mix } from '../../colour.ts';
import { floor, type Look, type Shape } from '../../look.ts';
import { line, n, type Paint } from '../../paint.ts';
import { opening, type Turned, turnedBody, sides } from '../../turned.ts';
import { away, greens, leaf } from './leaf.ts';

function drawSpikes(paint: Paint, { random }: Look, top: number): void {
  for (let at = random.int(9, 14); at > 0; at--) {
    const size = { length: random.between(150, 300), width: random.between(18, 30), turn: random.between(-52, 52) };
    leaf(paint, [500 + random.between(-40, 40), top + 14], size, random.pick(greens));
  }
}

function drawRoundLeaves(paint: Paint, { random }: Look, top: number): void {
  for (let at = random.int(6, 9); at > 0; at--) {
    const turn = random.between(-48, 48);
    const [x, y] = away([500, top], turn, random.between(120, 240));
    paint.add(line(`M500 ${n(top + 16)}L${n(x)} ${n(y)}`, '#5a7048', 5));
    const size = { length: random.between(90, 130), width: random.between(44, 62), turn: turn * 1.4 };
    leaf(paint, [x, y + 20], size, random.pick(greens));
  }
}

function drawRosette(paint: Paint, { random }: Look, top: number): void {
  for (let at = 11; at > 0; at--) {
    const size = { length: random.between(120, 170), width: 26, turn: -75 + at * 13.6 - random.between(0, 8) };
    leaf(paint, [500, top + 12], size, mix(random.pick(greens), '#a9c4a0', 0.35));
  }
}

function drawPlantPot(paint: Paint, look: Look): void {
  const { random } = look;
  const half = random.between(150, 180);
  const height = random.between(220, 270);
  const top = floor - height;
  random.pick([drawSpikes, drawRoundLeaves, drawRosette])(paint, look, top);
  const pot: Turned = {
    profile: sides(half, top, half * 0.98, top + 34, half * 0.78, floor - 10),
    isAngular: random.chance(0.5),
  };
  turnedBody(paint, pot, look);
  opening(paint, look, { centre: [500, top], half: half, inside: '#4a382b' });
  for (let at = 0; at < 4; at++)
    leaf(
      paint,
      [500 + random.between(-50, 50), top + 20],
      { length: random.between(80, 130), width: 20, turn: random.between(-40, 40) },
      random.pick(greens),
    );
}

export const plantPot: Shape = { stance: 'standing', footprint: 150, zoom: 1.18, draw: drawPlantPot };
