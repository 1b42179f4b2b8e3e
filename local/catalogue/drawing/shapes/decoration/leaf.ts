import { shade } from '../../colour.ts';
import { line, n, type Paint, path, type Point } from '../../paint.ts';

export const greens = ['#5d7a4f', '#46694a', '#7c9460', '#3f5f52', '#8a9a5b'];

export function leaf(
  paint: Paint,
  [x, y]: Point,
  { length, width, turn }: { length: number; width: number; turn: number },
  colour: string,
): void {
  const d = `M0 0C${n(width)} ${n(-length * 0.3)} ${n(width)} ${n(-length * 0.75)} 0 ${n(-length)}C${n(-width)} ${n(-length * 0.75)} ${n(-width)} ${n(-length * 0.3)} 0 0z`;
  const transform = `translate(${n(x)} ${n(y)}) rotate(${n(turn)})`;
  paint.add(
    path(d, colour, { transform }),
    path(`M0 0C${n(width)} ${n(-length * 0.3)} ${n(width)} ${n(-length * 0.75)} 0 ${n(-length)}z`, '#1d140c', {
      transform,
      opacity: 0.1,
    }),
  );
  paint.add(line(`M0 0V${n(-length * 0.9)}`, shade(colour, 0.08), 2.4, { transform, opacity: 0.6 }));
}

/** Where a stem ends that leans by `turn` degrees. */
export function away([x, y]: Point, turn: number, length: number): Point {
  const angle = (turn * Math.PI) / 180;
  return [x + Math.sin(angle) * length, y - Math.cos(angle) * length];
}
