import { shade } from '../../colour.ts';
import { floor, type Look, type Shape } from '../../look.ts';
import { line, n, type Paint, path, type Point } from '../../paint.ts';
import { slab } from './slab.ts';

/** Books and a small pot, so that one sees what a shelf is for. */
function dress(
  paint: Paint,
  { random, accent }: Look,
  [x, y]: Point,
  { width, gap }: { width: number; gap: number },
): void {
  const colours = ['#8c5a44', '#d9cdb8', '#4d5c56', '#b9a27c', '#35405a', accent];
  let at = x + random.between(0, width * 0.4);
  for (let book = random.int(0, 5); book > 0; book--) {
    const [thick, tall] = [random.between(14, 26), Math.min(gap * 0.6, random.between(60, 92))];
    const d = `M${n(at)} ${n(y)}v${n(-tall)}h${n(thick)}v${n(tall)}z`;
    paint.add(path(d, random.pick(colours)), path(d, '#ffffff', { opacity: 0.08 }));
    at += thick + 2;
  }
}

function drawShelf(paint: Paint, look: Look): void {
  const { random, main, accent } = look;
  const half = random.between(190, 250);
  const rows = random.int(3, 5);
  const top = floor - random.between(500, 580);
  const gap = (floor - 30 - top) / (rows - 1);
  const isLadder = random.chance(0.4);
  for (const side of [-1, 1])
    paint.add(
      line(
        `M${n(500 + side * (half - (isLadder ? 40 : 8)))} ${n(top - 40)}L${n(500 + side * (half - 8))} ${floor}`,
        accent,
        15,
      ),
    );
  for (let row = 0; row < rows; row++) {
    const y = top + row * gap;
    const width = (half - (isLadder ? 30 * (1 - row / rows) : 0)) * 2;
    slab(paint, look, { x: 500 - width / 2, y, width, depth: 34, thickness: 16 });
    if (row > 0)
      dress(paint, { ...look, main: shade(main, 0.05) }, [500 - width / 2 + 60, y - 14], { width: width - 130, gap });
  }
}

export const shelf: Shape = { stance: 'standing', footprint: 240, zoom: 1.12, draw: drawShelf };
