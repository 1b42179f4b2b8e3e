import { type Colour, mix, shade } from './colour.ts';
import type { Finish, Look } from './look.ts';
import { type Box, type Paint, path, type Point } from './paint.ts';
import { patternOn } from './pattern.ts';

/** How strongly each finish shows light: side shadow, broad light, sharp reflection. */
const response: Readonly<Record<Finish, { dark: number; light: number; spark: number }>> = {
  matte: { dark: 0.3, light: 0.2, spark: 0 },
  gloss: { dark: 0.34, light: 0.26, spark: 0.5 },
  metal: { dark: 0.42, light: 0.4, spark: 0.62 },
  glass: { dark: 0.16, light: 0.3, spark: 0.6 },
  wood: { dark: 0.26, light: 0.16, spark: 0 },
  fabric: { dark: 0.22, light: 0.14, spark: 0 },
};

/** Where it is; `sag` bends level lines on it, as on all round things seen from above. */
export type Body = { outline: string; box: Box; sag?: number };

/** A round body: its colour, its pattern, and the light of a thing that curves away on both sides. */
export function roundBody(paint: Paint, { outline, box, sag = 0 }: Body, look: Look): void {
  const base = look.finish === 'glass' ? { opacity: 0.5 } : {};
  paint.add(path(outline, look.main, base));
  paint.add(paint.within(outline, patternOn(box, look, sag)));
  paint.add(path(outline, roundLight(paint, box, look.finish)));
}

/** Light and shadow of a round body, to lay over any colour. */
export function roundLight(paint: Paint, { x, y, width }: Box, finish: Finish): string {
  const { dark, light } = response[finish];
  const shadow = '#1d140c';
  if (finish === 'metal')
    return paint.linear(
      [x, y],
      [x + width, y],
      [
        [0, shadow, 0.35],
        [0.12, '#ffffff', 0.12],
        [0.24, '#ffffff', 0.55],
        [0.34, '#ffffff', 0.08],
        [0.55, shadow, 0.16],
        [0.82, shadow, dark],
        [0.93, '#ffffff', 0.14],
        [1, shadow, 0.2],
      ],
    );
  return paint.linear(
    [x, y],
    [x + width, y],
    [
      [0, shadow, dark * 0.62],
      [0.08, shadow, dark * 0.26],
      [0.15, shadow, 0.01],
      [0.18, '#ffffff', light * 0.3],
      [0.25, '#ffffff', light * 0.85],
      [0.3, '#ffffff', light],
      [0.36, '#ffffff', light * 0.8],
      [0.46, '#ffffff', light * 0.2],
      [0.52, shadow, 0.01],
      [0.68, shadow, dark * 0.32],
      [0.84, shadow, dark * 0.78],
      [0.95, shadow, dark],
      [1, shadow, dark * 0.76],
    ],
  );
}

/** A flat face with its pattern, lit from the upper left. */
export function flatFace(paint: Paint, outline: string, box: Box, look: Look): void {
  paint.add(path(outline, look.main));
  paint.add(paint.within(outline, patternOn(box, look, 0)));
  paint.add(path(outline, flatLight(paint, box, look.finish)));
}

export function flatLight(paint: Paint, { x, y, width, height }: Box, finish: Finish): string {
  const { dark, light } = response[finish];
  return paint.linear(
    [x, y],
    [x + width, y + height],
    [
      [0, '#ffffff', light * 0.9],
      [0.45, '#ffffff', 0],
      [0.6, '#1d140c', 0],
      [1, '#1d140c', dark * 0.55],
    ],
  );
}

/** Light that fades from one point and shadow that gathers at the other, as a fill. */
export function slant(paint: Paint, from: Point, to: Point, { light, dark }: { light: number; dark: number }): string {
  return paint.linear(from, to, [
    [0, '#ffffff', light],
    [0.48, '#ffffff', 0],
    [0.52, '#1d140c', 0],
    [1, '#1d140c', dark],
  ]);
}

/** The narrow reflection of a window on something glossy; nothing on what is matte. */
export function reflection(paint: Paint, outline: string, finish: Finish): void {
  const { spark } = response[finish];
  if (spark > 0) paint.add(path(outline, '#ffffff', { opacity: spark }));
}

export const edgeOf = (colour: Colour): Colour => shade(colour, -0.12);
export const rimOf = (colour: Colour): Colour => mix(colour, '#ffffff', 0.35);
