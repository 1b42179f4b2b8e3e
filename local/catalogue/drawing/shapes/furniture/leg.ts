import { type Paint, path, type Point, polygon } from '../../paint.ts';
import { slant } from '../../surface.ts';

/** A leg from where it is fixed to where it stands, thinner towards the floor. */
export function leg(paint: Paint, from: Point, to: Point, { width, colour }: { width: number; colour: string }): void {
  const foot = width * 0.62;
  const d = polygon(
    [from[0] - width / 2, from[1]],
    [from[0] + width / 2, from[1]],
    [to[0] + foot / 2, to[1]],
    [to[0] - foot / 2, to[1]],
  );
  const light = slant(paint, [from[0] - width, from[1]], [from[0] + width, from[1]], { light: 0.2, dark: 0.3 });
  paint.add(path(d, colour), path(d, light));
}
