import { type Paint, path, type Point, polygon } from '../../paint.ts';

/** A leg from where it is fixed to where it stands, thinner towards the floor. */
export function leg(paint: Paint, from: Point, to: Point, width: number, colour: string): void {
  const foot = width * 0.62;
  const d = polygon(
    [from[0] - width / 2, from[1]],
    [from[0] + width / 2, from[1]],
    [to[0] + foot / 2, to[1]],
    [to[0] - foot / 2, to[1]],
  );
  const light = paint.linear(
    [from[0] - width, from[1]],
    [from[0] + width, from[1]],
    [
      [0, '#ffffff', 0.2],
      [0.5, '#ffffff', 0],
      [1, '#1d140c', 0.3],
    ],
  );
  paint.add(path(d, colour), path(d, light));
}
