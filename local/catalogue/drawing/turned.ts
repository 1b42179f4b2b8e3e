import { shade } from './colour.ts';
import type { Look } from './look.ts';
import { type Box, ellipse, n, type Paint, type Point, smooth } from './paint.ts';
import { rimOf, roundBody } from './surface.ts';

/** A thing as a potter or turner makes it: half widths at heights, from the top down, around an upright axis. */
export type Turned = {
  profile: readonly (readonly [half: number, y: number])[];
  centre?: number;
  /** How far one looks into it from above: height of an ellipse for its width. */
  tilt?: number;
  /** Straight lines between the points in place of a smooth curve. */
  isAngular?: boolean;
};

/** A profile from half widths and heights in turn. */
export function sides(...numbers: number[]): Turned['profile'] {
  return Array.from({ length: numbers.length / 2 }, (_, at) => [numbers[at * 2]!, numbers[at * 2 + 1]!] as const);
}

export function outlineOf({ profile, centre = 500, tilt = 0.13, isAngular = false }: Turned): string {
  const [top, bottom] = [profile[0]!, profile.at(-1)!];
  const left = profile.map(([half, y]): Point => [centre - half, y]);
  const right = profile.map(([half, y]): Point => [centre + half, y]).reverse();
  const side = (points: Point[]) =>
    isAngular
      ? points
          .slice(1)
          .map(([x, y]) => `L${n(x)} ${n(y)}`)
          .join('')
      : smooth(points);
  const arc = ([half]: readonly [number, number], to: number, y: number, sweep: 0 | 1) =>
    `A${n(half)} ${n(half * tilt)} 0 0 ${sweep} ${n(to)} ${n(y)}`;
  return `M${n(left[0]![0])} ${n(top[1])}${side(left)}${arc(bottom, centre + bottom[0], bottom[1], 0)}${side(right)}${arc(top, centre - top[0], top[1], 0)}z`;
}

export function boxOf({ profile, centre = 500, tilt = 0.13 }: Turned): Box {
  const half = Math.max(...profile.map(([width]) => width));
  const ys = profile.map(([, y]) => y);
  const top = Math.min(...ys) - profile[0]![0] * tilt;
  return { x: centre - half, y: top, width: half * 2, height: Math.max(...ys) + profile.at(-1)![0] * tilt - top };
}

/** The body of a turned thing with its colour, pattern and light. */
export function turnedBody(paint: Paint, turned: Turned, look: Look): void {
  const box = boxOf(turned);
  roundBody(paint, { outline: outlineOf(turned), box: box, sag: box.width * 0.5 * (turned.tilt ?? 0.13) }, look);
}

export type Opening = { centre: Point; half: number; tilt?: number; rim?: number; inside?: string };

/** What one sees of the opening: a rim, the inner wall, and what is inside. */
export function opening(
  paint: Paint,
  look: Look,
  { centre, half, tilt = 0.13, rim = 7, inside = shade(look.main, -0.16) }: Opening,
): void {
  const [x, y] = centre;
  paint.add(ellipse(centre, [half, half * tilt], rimOf(look.main)));
  const wall = paint.linear(
    [x - half, y],
    [x + half, y],
    [
      [0, shade(inside, -0.14)],
      [0.55, inside],
      [1, shade(inside, 0.1)],
    ],
  );
  paint.add(ellipse([x, y + 1], [half - rim, (half - rim) * tilt], wall));
}
