import { shade } from '../../colour.ts';
import { floor, type Look, type Shape } from '../../look.ts';
import { line, n, type Paint, path, roundedBox } from '../../paint.ts';
import { flatFace, slant } from '../../surface.ts';
import { cloth } from './fabric.ts';
import { fringe } from './fringe.ts';

/** A blanket folded to a pile. */
function drawBlanket(paint: Paint, look: Look): void {
  const { random, main } = look;
  const layers = random.int(3, 4);
  const half = random.between(265, 300);
  const thick = random.between(54, 66);
  for (let layer = 0; layer < layers; layer++) {
    const y = floor - (layer + 1) * thick;
    const shift = random.between(-8, 8);
    const box = { x: 500 - half + shift, y, width: half * 2, height: thick - 3 };
    const d = roundedBox(box, thick / 2);
    flatFace(paint, d, box, cloth({ ...look, main: shade(main, -0.035 * (layers - layer - 1)) }));
    paint.add(path(d, slant(paint, [0, y], [0, y + thick], { light: 0.22, dark: 0.34 })));
    paint.add(
      line(`M${n(box.x + half * 1.86)} ${n(y + thick * 0.5)}h${n(-half * 0.7)}`, shade(main, -0.2), 2.4, {
        opacity: 0.35,
      }),
    );
  }
  const top = floor - layers * thick;
  const hang = random.between(120, 170);
  const box = { x: 500 - half * 0.5, y: top - 6, width: half * 0.62, height: hang };
  const flap = `M${n(box.x)} ${n(top - 4)}h${n(box.width)}v${n(hang)}q${n(-box.width / 2)} 10 ${n(-box.width)} 0z`;
  if (random.chance(0.6)) {
    flatFace(paint, flap, box, cloth(look));
    fringe(paint, { x: box.x + 2, y: top + hang, width: box.width - 4 }, look, 34);
  }
}

export const blanket: Shape = { stance: 'standing', footprint: 290, zoom: 1.35, draw: drawBlanket };
