import { shade } from '../../colour.ts';
import type { Look, Shape } from '../../look.ts';
import { ellipse, line, type Paint, path } from '../../paint.ts';
import { dropShadow } from '../../scene.ts';
import { flatFace, flatLight } from '../../surface.ts';

function drawApron(paint: Paint, look: Look): void {
  const { main, accent } = look;
  const cloth = 'M388 290Q500 320 612 290L640 440Q662 500 716 510L728 842Q500 870 272 842L284 510Q338 500 360 440z';
  const box = { x: 270, y: 280, width: 460, height: 580 };
  paint.add(ellipse([500, 168], [14, 14], '#8b7a63'), line('M394 296Q430 178 500 172Q570 178 606 296', accent, 15));
  dropShadow(paint, cloth, 20);
  flatFace(paint, cloth, box, { ...look, finish: 'fabric' });
  for (const side of [-1, 1]) paint.add(line(`M${500 + side * 214} 520q${side * 70} 40 ${side * 60} 150`, accent, 12));
  const pocket = 'M372 600H628V716Q626 748 596 750H404Q374 748 372 716z';
  paint.add(
    path(pocket, main),
    path(pocket, flatLight(paint, box, 'fabric')),
    line(pocket, shade(main, -0.16), 3, { 'stroke-dasharray': '9 7' }),
    line('M500 604v142', shade(main, -0.16), 3, { 'stroke-dasharray': '9 7' }),
  );
  paint.add(
    paint.within(
      cloth,
      line('M420 320q-20 260 -40 520', shade(main, -0.12), 22, { opacity: 0.14 }),
      line('M600 330q16 240 40 510', shade(main, -0.12), 26, { opacity: 0.16 }),
    ),
  );
}

export const apron: Shape = { stance: 'hanging', draw: drawApron };
