import type { Colour } from './colour.ts';

export type Point = readonly [x: number, y: number];
export type Box = { x: number; y: number; width: number; height: number };
type Stop = readonly [offset: number, colour: Colour, opacity?: number];

/** An SVG in the making, 1000 by 1000. Later elements lie on earlier ones. */
export type Paint = {
  add: (...elements: string[]) => void;
  /** A gradient from one point to another, as a value for `fill` or `stroke`. */
  linear: (from: Point, to: Point, stops: readonly Stop[]) => string;
  radial: (centre: Point, radius: number, stops: readonly Stop[]) => string;
  /** The elements, shown only within the path. */
  within: (path: string, ...elements: string[]) => string;
  toSvg: () => string;
};

export function createPaint(): Paint {
  const definitions: string[] = [];
  const elements: string[] = [];
  const define = (element: (id: string) => string) => {
    const id = `d${definitions.length}`;
    definitions.push(element(id));
    return id;
  };
  return {
    add: (...added) => void elements.push(...added),
    linear: ([x1, y1], [x2, y2], stops) =>
      `url(#${define((id) => `<linearGradient id="${id}" gradientUnits="userSpaceOnUse" ${attributes({ x1, y1, x2, y2 })}>${stopsOf(stops)}</linearGradient>`)})`,
    radial: ([cx, cy], r, stops) =>
      `url(#${define((id) => `<radialGradient id="${id}" gradientUnits="userSpaceOnUse" ${attributes({ cx, cy, r })}>${stopsOf(stops)}</radialGradient>`)})`,
    within: (path, ...shown) => {
      const id = define((clip) => `<clipPath id="${clip}"><path d="${path}"/></clipPath>`);
      return `<g clip-path="url(#${id})">${shown.join('')}</g>`;
    },
    toSvg: () =>
      `<svg xmlns="http://www.w3.org/2000/svg" width="1000" height="1000" viewBox="0 0 1000 1000"><defs>${definitions.join('')}</defs>${elements.join('')}</svg>`,
  };
}

type Attributes = Readonly<Record<string, string | number | undefined>>;

/** `fill` first, as almost every element has one; `stroke` only where it is named. */
export function path(d: string, fill: string, more: Attributes = {}): string {
  return `<path ${attributes({ d, fill, ...more })}/>`;
}

export function line(d: string, stroke: string, width: number, more: Attributes = {}): string {
  const round = { 'stroke-linecap': 'round', 'stroke-linejoin': 'round' };
  return `<path ${attributes({ d, fill: 'none', stroke, 'stroke-width': width, ...round, ...more })}/>`;
}

export function ellipse([cx, cy]: Point, [rx, ry]: Point, fill: string, more: Attributes = {}): string {
  return `<ellipse ${attributes({ cx, cy, rx, ry, fill, ...more })}/>`;
}

/** A rectangle with round corners, as path data. */
export function roundedBox({ x, y, width, height }: Box, radius: number): string {
  const r = Math.min(radius, width / 2, height / 2);
  const arc = (dx: number, dy: number) => `a${n(r)} ${n(r)} 0 0 1 ${n(dx)} ${n(dy)}`;
  return `M${n(x + r)} ${n(y)}h${n(width - 2 * r)}${arc(r, r)}v${n(height - 2 * r)}${arc(-r, r)}h${n(2 * r - width)}${arc(-r, -r)}v${n(2 * r - height)}${arc(r, -r)}z`;
}

export function ellipsePath([cx, cy]: Point, rx: number, ry: number): string {
  return `M${n(cx - rx)} ${n(cy)}a${n(rx)} ${n(ry)} 0 1 0 ${n(2 * rx)} 0a${n(rx)} ${n(ry)} 0 1 0 ${n(-2 * rx)} 0z`;
}

export function polygon(...points: Point[]): string {
  return `M${points.map(([x, y]) => `${n(x)} ${n(y)}`).join('L')}z`;
}

/** A smooth line through the points (Catmull-Rom, as Bézier curves), as path data without the first move. */
export function smooth(points: readonly Point[]): string {
  return points
    .slice(1)
    .map((end, at) => {
      const start = points[at]!;
      const before = points[at - 1] ?? start;
      const after = points[at + 2] ?? end;
      const first = [start[0] + (end[0] - before[0]) / 6, start[1] + (end[1] - before[1]) / 6];
      const second = [end[0] - (after[0] - start[0]) / 6, end[1] - (after[1] - start[1]) / 6];
      return `C${[...first, ...second, ...end].map(n).join(' ')}`;
    })
    .join('');
}

/** A number as SVG text: one digit after the point is a tenth of a pixel. */
export function n(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function attributes(values: Attributes): string {
  return Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}="${typeof value === 'number' ? String(Math.round(value * 1000) / 1000) : value}"`)
    .join(' ');
}

function stopsOf(stops: readonly Stop[]): string {
  return stops
    .map(
      ([offset, colour, opacity]) => `<stop ${attributes({ offset, 'stop-color': colour, 'stop-opacity': opacity })}/>`,
    )
    .join('');
}
