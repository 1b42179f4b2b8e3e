import { shade } from '../../colour.ts';
import type { Look } from '../../look.ts';
import { type Paint, path, polygon, roundedBox } from '../../paint.ts';
import { grain } from '../../pattern.ts';
import { flatFace } from '../../surface.ts';

/** A board seen from a little above: its top and its front edge. */
export function slab(
  paint: Paint,
  look: Look,
  { x, y, width, depth, thickness }: { x: number; y: number; width: number; depth: number; thickness: number },
): void {
  const inset = depth * 0.42;
  const top = polygon([x + inset, y - depth], [x + width - inset, y - depth], [x + width, y], [x, y]);
  const box = { x, y: y - depth, width, height: depth };
  const front = roundedBox({ x, y: y - 1, width, height: thickness }, 5);
  paint.add(path(front, shade(look.main, -0.1)));
  flatFace(paint, top, box, { ...look, pattern: 'plain' });
  if (look.finish === 'wood')
    paint.add(paint.within(top, grain(box, look)), paint.within(front, grain({ ...box, y, height: thickness }, look)));
}
