import { mix } from '../../colour.ts';
import type { Look } from '../../look.ts';
import { ellipse, n, type Paint, path, type Point } from '../../paint.ts';
import { roundLight } from '../../surface.ts';
import { type Turned, turnedBody, sides } from '../../turned.ts';

const glow = '#ffe3a8';

/** Light around a lamp that is on. */
export function halo(paint: Paint, centre: Point, radius: number): void {
  const fill = paint.radial(centre, radius, [
    [0, glow, 0.75],
    [0.4, glow, 0.25],
    [1, glow, 0],
  ]);
  paint.add(ellipse(centre, [radius, radius], fill));
}

export function pole(
  paint: Paint,
  { x, top, bottom, width }: { x: number; top: number; bottom: number; width: number },
  colour: string,
): void {
  const d = `M${n(x - width / 2)} ${n(top)}h${n(width)}V${n(bottom)}h${n(-width)}z`;
  paint.add(path(d, colour), path(d, roundLight(paint, { x: x - width / 2, y: top, width, height: 1 }, 'metal')));
}

export function shadeOn(
  paint: Paint,
  look: Look,
  [x, y]: Point,
  { top, bottom, height }: { top: number; bottom: number; height: number },
): void {
  const lit = { ...look, main: mix(look.main, glow, 0.18), finish: 'fabric' as const };
  const turned: Turned = {
    centre: x,
    tilt: 0.1,
    isAngular: true,
    profile: sides(top, y - height, bottom, y),
  };
  turnedBody(paint, turned, lit);
  const warm = paint.radial([x, y - height * 0.3], bottom * 1.1, [
    [0, glow, 0.62],
    [1, glow, 0],
  ]);
  paint.add(ellipse([x, y - height * 0.3], [bottom * 0.9, height * 0.7], warm, { opacity: 0.8 }));
  paint.add(
    ellipse([x, y - height], [top, top * 0.1], mix(lit.main, glow, 0.6)),
    ellipse([x, y - height], [top - 6, top * 0.07], '#fff3d6'),
  );
}
