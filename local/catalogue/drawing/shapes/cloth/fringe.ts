import { shade } from '../../colour.ts';
import type { Look } from '../../look.ts';
import { line, n, type Paint } from '../../paint.ts';

export function fringe(
  paint: Paint,
  { x, y, width }: { x: number; y: number; width: number },
  { random, main }: Look,
  length: number,
): void {
  const count = Math.round(width / 11);
  for (let at = 0; at <= count; at++)
    paint.add(
      line(
        `M${n(x + (at / count) * width)} ${n(y)}q${n(random.between(-5, 5))} ${n(length / 2)} ${n(random.between(-5, 5))} ${n(length)}`,
        shade(main, random.between(-0.08, 0.03)),
        4.4,
      ),
    );
}
