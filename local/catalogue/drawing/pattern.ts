import { mix, shade } from './colour.ts';
import type { Look, Pattern } from './look.ts';
import { type Box, ellipse, line, n, path, polygon } from './paint.ts';

type Draw = (box: Box, look: Look, sag: number) => string[];

/** What is on the surface, wider than the box where that is simpler: the caller clips it. `sag` bends level lines as on a round body. */
export function patternOn(box: Box, look: Look, sag: number): string {
  return draws[look.pattern](box, look, sag).join('');
}

const draws: Readonly<Record<Pattern, Draw>> = {
  plain: () => [],
  speckle,
  dip,
  bands,
  ribs,
  brush,
  stripes,
  check,
  weave,
  dots,
  leaves,
  arches,
};

/** A level line across the box, bent like the rim of a round thing. */
function level({ x, width }: Box, y: number, sag: number): string {
  return `M${n(x - 4)} ${n(y)}Q${n(x + width / 2)} ${n(y + sag * 2)} ${n(x + width + 4)} ${n(y)}`;
}

function speckle(box: Box, { random, main }: Look): string[] {
  const dark = shade(main, -0.28);
  return Array.from({ length: Math.round((box.width * box.height) / 900) }, () => {
    const at = [random.between(box.x, box.x + box.width), random.between(box.y, box.y + box.height)] as const;
    const radius = random.between(0.8, 3.1);
    return ellipse(at, [radius, radius * random.between(0.7, 1)], dark, { opacity: random.between(0.25, 0.7) });
  });
}

function dip(box: Box, { random, accent }: Look, sag: number): string[] {
  const y = box.y + box.height * random.between(0.36, 0.66);
  const below = `${level(box, y, sag)}V${n(box.y + box.height + 60)}H${n(box.x - 4)}z`;
  const above = `${level(box, y, sag)}V${n(box.y - 60)}H${n(box.x - 4)}z`;
  return [
    path(random.chance(0.7) ? below : above, accent),
    line(level(box, y, sag), shade(accent, 0.06), 4, { opacity: 0.5 }),
  ];
}

function bands(box: Box, { random, accent, main }: Look, sag: number): string[] {
  const count = random.int(2, 5);
  const start = random.between(0.12, 0.3);
  const step = random.between(0.07, 0.14);
  return Array.from({ length: count }, (_, at) => {
    const y = box.y + box.height * (start + at * step);
    return line(level(box, y, sag), at % 2 === 0 ? accent : mix(accent, main, 0.4), random.between(5, 16));
  });
}

function ribs(box: Box, { random, main }: Look): string[] {
  const count = random.int(14, 26);
  return Array.from({ length: count + 1 }, (_, at) => {
    const angle = Math.PI * (at / count);
    const x = box.x + box.width / 2 - (Math.cos(angle) * box.width) / 2;
    const rib = `M${n(x)} ${n(box.y - 10)}V${n(box.y + box.height + 40)}`;
    return (
      line(rib, shade(main, -0.16), 2.6, { opacity: 0.6 }) +
      line(rib, '#ffffff', 1.6, { opacity: 0.2, transform: 'translate(3 0)' })
    );
  });
}

function brush(box: Box, { random, accent }: Look): string[] {
  return Array.from({ length: random.int(2, 4) }, () => {
    const x = box.x + box.width * random.between(0.05, 0.6);
    const y = box.y + box.height * random.between(0.2, 0.8);
    const [dx, dy] = [box.width * random.between(0.2, 0.5), box.height * random.between(-0.25, 0.25)];
    const stroke = `M${n(x)} ${n(y)}q${n(dx / 2)} ${n(dy - 60)} ${n(dx)} ${n(dy)}`;
    return line(stroke, accent, random.between(14, 42), { opacity: 0.85 });
  });
}

function stripes(box: Box, { random, accent, main }: Look): string[] {
  const isUpright = random.chance(0.45);
  const step = random.between(26, 62);
  const width = step * random.between(0.16, 0.5);
  const length = isUpright ? box.width : box.height;
  return Array.from({ length: Math.ceil(length / step) }, (_, at) => {
    const offset = (at + 0.5) * step;
    const d = isUpright
      ? `M${n(box.x + offset)} ${n(box.y - 5)}v${n(box.height + 10)}`
      : `M${n(box.x - 5)} ${n(box.y + offset)}h${n(box.width + 10)}`;
    return line(d, at % 4 === 3 ? mix(accent, main, 0.5) : accent, width, { 'stroke-linecap': 'butt' });
  });
}

function check(box: Box, { random, accent }: Look): string[] {
  const step = random.between(46, 92);
  const upright = Array.from(
    { length: Math.ceil(box.width / step) },
    (_, at) => `M${n(box.x + (at + 0.5) * step)} ${n(box.y - 5)}v${n(box.height + 10)}`,
  );
  const across = Array.from(
    { length: Math.ceil(box.height / step) },
    (_, at) => `M${n(box.x - 5)} ${n(box.y + (at + 0.5) * step)}h${n(box.width + 10)}`,
  );
  const wide = [...upright, ...across].map((d) =>
    line(d, accent, step * 0.46, { opacity: 0.42, 'stroke-linecap': 'butt' }),
  );
  return random.chance(0.5)
    ? wide
    : [...wide, ...[...upright, ...across].map((d) => line(d, shade(accent, -0.14), 2.4, { opacity: 0.55 }))];
}

function weave(box: Box, { random, main, accent }: Look): string[] {
  const step = random.between(15, 24);
  const rows = Math.ceil(box.height / step);
  return Array.from({ length: rows }, (_, row) => {
    const y = box.y + row * step;
    const zigzag = Array.from(
      { length: Math.ceil(box.width / step) + 2 },
      (__, at) => `${n(box.x + (at - 1) * step)} ${n(y + (at % 2) * step * 0.62)}`,
    );
    return line(`M${zigzag.join('L')}`, row % 2 === 0 ? mix(main, accent, 0.6) : shade(main, -0.1), 3.4, {
      opacity: 0.7,
    });
  });
}

function dots(box: Box, { random, accent }: Look): string[] {
  const step = random.between(44, 78);
  const radius = step * random.between(0.12, 0.24);
  const rows = Math.ceil(box.height / step) + 1;
  const columns = Math.ceil(box.width / step) + 1;
  return Array.from({ length: rows * columns }, (_, at) => {
    const row = Math.floor(at / columns);
    return ellipse(
      [box.x + ((at % columns) + (row % 2) / 2) * step, box.y + row * step * 0.9],
      [radius, radius],
      accent,
    );
  });
}

function leaves(box: Box, { random, accent, main }: Look): string[] {
  return Array.from({ length: Math.round((box.width * box.height) / 15_000) + 3 }, () => {
    const [x, y] = [box.x + box.width * random.next(), box.y + box.height * random.next()];
    const size = random.between(26, 48);
    const leaf = `M0 0C${n(size * 0.5)} ${n(-size * 0.5)} ${n(size * 1.3)} ${n(-size * 0.35)} ${n(size * 1.7)} 0C${n(size * 1.3)} ${n(size * 0.35)} ${n(size * 0.5)} ${n(size * 0.5)} 0 0z`;
    const turn = `translate(${n(x)} ${n(y)}) rotate(${random.int(0, 359)})`;
    return path(leaf, random.chance(0.65) ? accent : mix(accent, main, 0.45), { transform: turn });
  });
}

function arches(box: Box, { random, accent, main }: Look): string[] {
  const step = random.between(86, 130);
  const rows = Math.ceil(box.height / (step * 0.5)) + 1;
  const columns = Math.ceil(box.width / step) + 1;
  const colours = [accent, mix(accent, main, 0.55)];
  return Array.from({ length: rows * columns }, (_, at) => {
    const row = Math.floor(at / columns);
    const [x, y] = [box.x + ((at % columns) - (row % 2) / 2) * step, box.y + row * step * 0.5];
    return [0.5, 0.34, 0.18]
      .map((size, ring) =>
        ring === 1 ? path(half(x, y, step * size), main) : path(half(x, y, step * size), colours[row % 2]!),
      )
      .join('');
  });
}

function half(x: number, y: number, radius: number): string {
  return `M${n(x)} ${n(y)}a${n(radius)} ${n(radius)} 0 0 1 ${n(radius * 2)} 0z`.replace(
    /^M[^a]+/,
    `M${n(x - radius)} ${n(y)}`,
  );
}

/** Grain of wood: long quiet lines across the box, or along it. */
export function grain(box: Box, { random, main }: Look, isUpright = false): string {
  const length = isUpright ? box.width : box.height;
  return Array.from({ length: Math.max(3, Math.round(length / 17)) }, (_, at) => {
    const offset = ((at + random.next()) / Math.max(3, Math.round(length / 17))) * length;
    const wave = random.between(-9, 9);
    const d = isUpright
      ? `M${n(box.x + offset)} ${n(box.y)}q${n(wave)} ${n(box.height / 2)} 0 ${n(box.height)}`
      : `M${n(box.x)} ${n(box.y + offset)}q${n(box.width / 2)} ${n(wave)} ${n(box.width)} 0`;
    return line(d, shade(main, -0.12), random.between(1, 3.4), { opacity: random.between(0.2, 0.5) });
  }).join('');
}

export const corners = ({ x, y, width, height }: Box) =>
  polygon([x, y], [x + width, y], [x + width, y + height], [x, y + height]);
