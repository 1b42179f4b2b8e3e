import { mix } from '../../colour.ts';
import { floor, type Look, type Shape } from '../../look.ts';
import { line, n, type Paint, type Point } from '../../paint.ts';
import { corners } from '../../pattern.ts';
import { opening, type Turned, turnedBody } from '../../turned.ts';
import { greens, leaf } from './leaf.ts';

function drawPlantPot(paint: Paint, look: Look): void {
  const { random } = look;
  const half = random.between(150, 180);
  const height = random.between(220, 270);
  const top = floor - height;
  const plant = random.int(0, 2);
  if (plant === 0)
    for (let at = random.int(9, 14); at > 0; at--)
      leaf(
        paint,
        [500 + random.between(-40, 40), top + 14],
        { length: random.between(150, 300), width: random.between(18, 30), turn: random.between(-52, 52) },
        random.pick(greens),
      );
  if (plant === 1)
    for (let at = random.int(6, 9); at > 0; at--) {
      const turn = random.between(-48, 48);
      const length = random.between(120, 240);
      const tip: Point = [
        500 + Math.sin((turn * Math.PI) / 180) * length,
        top - Math.cos((turn * Math.PI) / 180) * length,
      ];
      paint.add(line(`M500 ${n(top + 16)}L${n(tip[0])} ${n(tip[1])}`, '#5a7048', 5));
      leaf(
        paint,
        [tip[0], tip[1] + 20],
        { length: random.between(90, 130), width: random.between(44, 62), turn: turn * 1.4 },
        random.pick(greens),
      );
    }
  if (plant === 2)
    for (let at = 11; at > 0; at--)
      leaf(
        paint,
        [500, top + 12],
        { length: random.between(120, 170), width: 26, turn: -75 + at * 13.6 - random.between(0, 8) },
        mix(random.pick(greens), '#a9c4a0', 0.35),
      );
  const pot: Turned = {
    profile: [
      [half, top],
      [half * 0.98, top + 34],
      [half * 0.78, floor - 10],
    ],
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
  paint.add(paint.within(corners({ x: 500 - half, y: top - 2, width: half * 2, height: 400 }), ''));
}

export const plantPot: Shape = { stance: 'standing', footprint: 150, zoom: 1.18, draw: drawPlantPot };
