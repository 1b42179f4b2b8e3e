import { shade } from '../../colour.ts';
import { floor, type Look, type Shape } from '../../look.ts';
import { line, n, type Paint, path } from '../../paint.ts';
import { grain } from '../../pattern.ts';
import { flatFace } from '../../surface.ts';
import { leg } from './leg.ts';

function drawStool(paint: Paint, look: Look): void {
  const { random, main, accent } = look;
  const seat = floor - random.between(260, 330);
  const half = random.between(130, 155);
  const wood = look.finish === 'wood' ? main : accent;
  const spread = random.between(24, 60);
  for (const side of [-0.5, 0.5])
    leg(paint, [500 + side * half, seat + 10], [500 + side * (half + spread), floor - 26], {
      width: 21,
      colour: shade(wood, -0.12),
    });
  const rung = seat + (floor - seat) * 0.6;
  paint.add(
    line(
      `M${n(500 - half * 0.8 - spread * 0.5)} ${n(rung)}H${n(500 + half * 0.8 + spread * 0.5)}`,
      shade(wood, -0.06),
      13,
    ),
  );
  for (const side of [-1, 1])
    leg(paint, [500 + side * half * 0.74, seat + 10], [500 + side * (half * 0.74 + spread), floor], {
      width: 26,
      colour: wood,
    });
  const thick = random.between(24, 54);
  paint.add(
    path(
      `M${n(500 - half)} ${n(seat)}v${n(thick)}a${n(half)} ${n(half * 0.2)} 0 0 0 ${n(half * 2)} 0v${n(-thick)}z`,
      shade(main, -0.1),
    ),
  );
  const top = `M${n(500 - half)} ${n(seat)}a${n(half)} ${n(half * 0.2)} 0 1 0 ${n(half * 2)} 0a${n(half)} ${n(half * 0.2)} 0 1 0 ${n(-half * 2)} 0z`;
  const box = { x: 500 - half, y: seat - half * 0.2, width: half * 2, height: half * 0.4 };
  flatFace(paint, top, box, look);
  if (look.finish === 'wood') paint.add(paint.within(top, grain(box, look)));
}

export const stool: Shape = { stance: 'standing', footprint: 170, zoom: 1.4, draw: drawStool };
