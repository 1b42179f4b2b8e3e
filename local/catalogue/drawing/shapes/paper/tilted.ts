import type { Look } from '../../look.ts';
import { n, type Paint } from '../../paint.ts';

export function tilted(paint: Paint, look: Look, most: number, draw: () => void): void {
  paint.add(`<g transform="rotate(${n(look.random.between(-most, most))} 500 500)">`);
  draw();
  paint.add('</g>');
}
