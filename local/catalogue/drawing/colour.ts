/** `#rrggbb` */
export type Colour = string;

type Lab = [lightness: number, a: number, b: number];

/** From one colour to the other; `share` 0 is the first, 1 the second. Mixed in Oklab, so that nothing turns grey on the way. */
export function mix(from: Colour, to: Colour, share: number): Colour {
  const [a, b] = [toLab(from), toLab(to)];
  return fromLab(a.map((value, at) => value + (b[at]! - value) * share) as Lab);
}

/** The same hue, lighter (above 0) or darker (below 0) by that much of Oklab's lightness, which runs from 0 to 1. */
export function shade(colour: Colour, by: number): Colour {
  const [lightness, a, b] = toLab(colour);
  return fromLab([Math.min(0.99, Math.max(0.04, lightness + by)), a, b]);
}

/** Oklab's lightness, from 0 (black) to 1 (white). */
export function lightnessOf(colour: Colour): number {
  return toLab(colour)[0];
}

/** The hue of a colour with a lightness of its own and at most that much strength: for backgrounds that suit it. */
export function tint(colour: Colour, lightness: number, chroma: number): Colour {
  const [, a, b] = toLab(colour);
  const strength = Math.hypot(a, b);
  const scale = Math.min(1, chroma / Math.max(strength, 1e-6));
  return fromLab([lightness, a * scale, b * scale]);
}

/** https://bottosson.github.io/posts/oklab/ */
function toLab(colour: Colour): Lab {
  const [r, g, b] = [1, 3, 5].map((at) => linear(Number.parseInt(colour.slice(at, at + 2), 16) / 255)) as Lab;
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

function fromLab([lightness, a, b]: Lab): Colour {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const rgb = [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
  return `#${rgb.map((value) => hex(gamma(value))).join('')}`;
}

const linear = (value: number) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
const gamma = (value: number) => (value <= 0.0031308 ? value * 12.92 : 1.055 * value ** (1 / 2.4) - 0.055);
const hex = (value: number) =>
  Math.round(Math.min(1, Math.max(0, value)) * 255)
    .toString(16)
    .padStart(2, '0');
