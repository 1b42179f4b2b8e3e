import { shade } from '../../colour.ts';
import { floor, type Look, type Shape } from '../../look.ts';
import { line, n, type Paint } from '../../paint.ts';
import { flatFace } from '../../surface.ts';
import { leg } from './leg.ts';

function drawChair(paint: Paint, look: Look): void {
  const { random, accent } = look;
  const seat = floor - random.between(230, 255);
  const half = random.between(140, 160);
  const back = seat - random.between(230, 290);
  const spread = random.between(10, 34);
  const wood = look.finish === 'wood' ? look.main : accent;
  for (const side of [-1, 1])
    leg(paint, [500 + side * (half - 34), seat], [500 + side * (half - 40 + spread), floor - 22], {
      width: 20,
      colour: shade(wood, -0.1),
    });
  for (const side of [-1, 1])
    leg(paint, [500 + side * (half - 22), back + 20], [500 + side * (half - 16), seat], { width: 19, colour: wood });
  const rest = `M${n(500 - half)} ${n(back + 70)}Q500 ${n(back - 30)} ${n(500 + half)} ${n(back + 70)}L${n(500 + half - 6)} ${n(back + 132)}Q500 ${n(back + 60)} ${n(500 - half + 6)} ${n(back + 132)}z`;
  if (random.chance(0.45))
    for (const at of [-0.55, -0.2, 0.2, 0.55])
      paint.add(
        line(`M${n(500 + half * at)} ${n(back + 80)}L${n(500 + half * at * 0.94)} ${n(seat)}`, shade(wood, -0.04), 10),
      );
  flatFace(
    paint,
    rest,
    { x: 500 - half, y: back, width: half * 2, height: 130 },
    { ...look, pattern: random.chance(0.6) ? 'plain' : look.pattern },
  );
  for (const side of [-1, 1])
    leg(paint, [500 + side * (half - 14), seat + 10], [500 + side * (half + spread), floor], {
      width: 24,
      colour: wood,
    });
  const pad = `M${n(500 - half + 14)} ${n(seat - 44)}H${n(500 + half - 14)}Q${n(500 + half + 24)} ${n(seat - 8)} ${n(500 + half + 10)} ${n(seat + 22)}H${n(500 - half - 10)}Q${n(500 - half - 24)} ${n(seat - 8)} ${n(500 - half + 14)} ${n(seat - 44)}z`;
  flatFace(paint, pad, { x: 500 - half - 20, y: seat - 44, width: half * 2 + 40, height: 66 }, look);
  paint.add(line(`M${n(500 - half - 8)} ${n(seat + 20)}H${n(500 + half + 8)}`, shade(look.main, -0.16), 6));
}

export const chair: Shape = { stance: 'standing', footprint: 175, zoom: 1.25, draw: drawChair };
