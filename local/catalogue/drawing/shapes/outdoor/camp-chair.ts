import { shade } from '../../colour.ts';
import { floor, type Look, type Shape } from '../../look.ts';
import { line, type Paint, polygon } from '../../paint.ts';
import { flatFace } from '../../surface.ts';

/** A folding chair for the shore and the fire. */
function drawCampChair(paint: Paint, look: Look): void {
  const { random, main, accent } = look;
  const wood = random.chance(0.6) ? '#b98a58' : accent;
  const seat = floor - 190;
  paint.add(
    line(`M380 ${floor - 16}L610 ${seat - 24}`, shade(wood, -0.14), 17),
    line(`M630 ${floor - 16}L400 ${seat - 24}`, shade(wood, -0.14), 17),
  );
  for (const side of [-1, 1])
    paint.add(line(`M${500 + side * 128} ${seat - 250}L${500 + side * 150} ${seat + 10}`, wood, 18));
  const back = polygon([368, seat - 240], [632, seat - 240], [642, seat - 96], [358, seat - 96]);
  flatFace(paint, back, { x: 358, y: seat - 240, width: 284, height: 144 }, { ...look, finish: 'fabric' });
  paint.add(line(`M340 ${floor}L664 ${seat}`, wood, 20), line(`M660 ${floor}L336 ${seat}`, wood, 20));
  const sling = `M330 ${seat - 20}H670Q640 ${seat + 50} 500 ${seat + 52}Q360 ${seat + 50} 330 ${seat - 20}z`;
  flatFace(paint, sling, { x: 330, y: seat - 20, width: 340, height: 72 }, { ...look, finish: 'fabric' });
  paint.add(line(`M334 ${seat - 20}H666`, shade(main, -0.14), 10));
  for (const x of [318, 682]) paint.add(line(`M${x} ${seat - 90}h${x < 500 ? 60 : -60}`, shade(wood, 0.05), 19));
}

export const campChair: Shape = { stance: 'standing', footprint: 190, zoom: 1.25, draw: drawCampChair };
