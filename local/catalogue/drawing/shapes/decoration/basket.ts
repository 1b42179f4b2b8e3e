import { shade } from '../../colour.ts';
import { floor, type Look, type Shape } from '../../look.ts';
import { line, n, type Paint, path } from '../../paint.ts';
import { roundLight } from '../../surface.ts';
import { boxOf, opening, outlineOf, type Turned, turnedBody, sides } from '../../turned.ts';

function drawBasket(paint: Paint, look: Look): void {
  const { random, main, accent } = look;
  const half = random.between(200, 235);
  const height = random.between(240, 320);
  const top = floor - height;
  for (const side of [-1, 1])
    paint.add(
      line(
        `M${n(500 + side * half * 0.98)} ${n(top + 26)}c${n(side * 60)} -70 ${n(side * -20)} -110 ${n(side * -64)} -30`,
        shade(main, -0.14),
        15,
      ),
    );
  const body: Turned = {
    tilt: 0.17,
    profile: sides(half, top, half * 1.06, top + height * 0.5, half * 0.82, floor - 10),
  };
  const outline = outlineOf(body);
  const box = boxOf(body);
  turnedBody(paint, body, { ...look, pattern: 'plain', finish: 'matte' });
  const rows = Math.round(height / 21);
  for (let row = 0; row < rows; row++) {
    const y = top + 12 + row * 21;
    const colour = look.pattern === 'bands' && row > rows * 0.5 ? accent : shade(main, row % 2 ? -0.12 : 0.03);
    paint.add(
      paint.within(
        outline,
        line(`M${n(box.x - 6)} ${n(y)}Q500 ${n(y + half * 0.34)} ${n(box.x + box.width + 6)} ${n(y)}`, colour, 13, {
          'stroke-dasharray': '27 6',
          'stroke-dashoffset': row % 2 ? 16 : 0,
          opacity: 0.85,
        }),
      ),
    );
  }
  paint.add(path(outline, roundLight(paint, box, 'matte')));
  opening(paint, look, { centre: [500, top], half: half, tilt: 0.17, rim: 13, inside: shade(main, -0.26) });
}

export const basket: Shape = { stance: 'standing', footprint: 210, zoom: 1.25, draw: drawBasket };
