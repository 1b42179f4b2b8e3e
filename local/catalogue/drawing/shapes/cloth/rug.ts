import { shade } from '../../colour.ts';
import type { Look, Shape } from '../../look.ts';
import { line, n, type Paint, roundedBox } from '../../paint.ts';
import { dropShadow } from '../../scene.ts';
import { flatFace } from '../../surface.ts';
import { cloth } from './fabric.ts';
import { fringe } from './fringe.ts';

function drawRug(paint: Paint, look: Look): void {
  const { random, main, accent } = look;
  const width = random.between(480, 540);
  const height = random.between(640, 700);
  const isRound = random.chance(0.2);
  const box = { x: 500 - width / 2, y: 500 - height / 2, width, height };
  const d = isRound ? `M180 500a320 320 0 1 0 640 0a320 320 0 1 0 -640 0z` : roundedBox(box, 10);
  const tied = { x: box.x + 6, width: width - 12 };
  paint.add(`<g transform="rotate(${n(random.between(-9, 9))} 500 500)">`);
  if (!isRound)
    for (const [y, length] of [
      [box.y + 4, -36],
      [box.y + height - 4, 36],
    ] as const)
      fringe(paint, { ...tied, y }, { ...look, main: '#e8ddc8' }, length);
  dropShadow(paint, d, 14);
  flatFace(paint, d, isRound ? { x: 180, y: 180, width: 640, height: 640 } : box, cloth(look));
  const border = roundedBox({ x: box.x + 34, y: box.y + 34, width: width - 68, height: height - 68 }, 6);
  if (!isRound && random.chance(0.6))
    paint.add(
      line(border, random.chance(0.5) ? accent : shade(main, -0.16), random.between(6, 18), {
        'stroke-linejoin': 'miter',
      }),
    );
  paint.add(line(d, shade(main, -0.14), 5));
  paint.add('</g>');
}

export const rug: Shape = { stance: 'flat', draw: drawRug };
