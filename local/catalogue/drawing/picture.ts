import type { Random } from '../random.ts';
import type { Look, Shape } from './look.ts';
import { floor } from './look.ts';
import { createPaint, n } from './paint.ts';
import { groundShadow, setScene } from './scene.ts';

/** The picture of a product, as SVG: the same look and random numbers give the same text. */
export function drawPicture(shape: Shape, look: Look, random: Random): string {
  const paint = createPaint();
  setScene(paint, shape, look.main, random);
  const zoom = shape.zoom ?? 1;
  const [x, y] = shape.stance === 'standing' ? [500, floor] : [500, 500];
  paint.add(`<g transform="translate(${n(x - x * zoom)} ${n(y - y * zoom)}) scale(${zoom})">`);
  if (shape.stance === 'standing') groundShadow(paint, shape.footprint ?? 180);
  shape.draw(paint, look);
  paint.add('</g>');
  return paint.toSvg();
}
