import { shade } from '../../colour.ts';
import { floor, type Look, type Shape } from '../../look.ts';
import { type Paint, path, roundedBox } from '../../paint.ts';
import { flatLight } from '../../surface.ts';
import { leg } from './leg.ts';
import { slab } from './slab.ts';

function drawDesk(paint: Paint, look: Look): void {
  const { random, accent } = look;
  const y = floor - random.between(270, 300);
  const half = random.between(320, 350);
  for (const side of [-0.82, 0.82])
    leg(paint, [500 + side * half, y], [500 + side * half, floor - 34], { width: 20, colour: shade(accent, -0.14) });
  for (const side of [-0.95, 0.95])
    leg(paint, [500 + side * half, y + 10], [500 + side * half * 1.02, floor], { width: 25, colour: accent });
  const drawer = roundedBox(
    { x: 500 + (random.chance(0.5) ? -half * 0.86 : half * 0.16), y: y + 18, width: half * 0.7, height: 72 },
    6,
  );
  paint.add(
    path(drawer, shade(look.main, -0.06)),
    path(drawer, flatLight(paint, { x: 300, y, width: 400, height: 90 }, look.finish)),
  );
  slab(paint, look, { x: 500 - half, y, width: half * 2, depth: 84, thickness: 22 });
}

export const desk: Shape = { stance: 'standing', footprint: 330, zoom: 1.15, draw: drawDesk };
