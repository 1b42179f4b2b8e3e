import type { Look } from '../look.ts';
import { line, n, type Paint } from '../paint.ts';
import { edgeOf } from '../surface.ts';
import { type Turned, turnedBody, sides } from '../turned.ts';

/** A handle: a thick line in the colour of the body, with a lit edge. */
export function loop(paint: Paint, d: string, colour: string, width: number): void {
  paint.add(line(d, edgeOf(colour), width + 3), line(d, colour, width));
  paint.add(
    line(d, '#ffffff', width * 0.24, { opacity: 0.26, transform: `translate(${n(-width * 0.16)} ${n(-width * 0.2)})` }),
  );
}

/** A turned knob: of lids, drawers, mills. */
export function knob(paint: Paint, [x, y]: readonly [number, number], size: number, look: Look): void {
  const turned: Turned = {
    centre: x,
    profile: sides(size * 0.7, y - size * 1.5, size, y - size, size * 0.5, y - size * 0.2, size * 0.6, y + 4),
  };
  turnedBody(paint, turned, { ...look, pattern: 'plain' });
}
