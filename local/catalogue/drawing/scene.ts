import type { Random } from '../random.ts';
import { type Colour, lightnessOf, mix, tint } from './colour.ts';
import { floor, type Shape } from './look.ts';
import { ellipse, type Paint, path, polygon } from './paint.ts';

const neutrals: Colour[] = ['#efe9e0', '#e9e6e1', '#f0ece4', '#e6e4df', '#ece4da', '#e3e6e6'];

/** A studio: soft wall and floor in a tint that suits the product, light from the upper left, a shadow to the right. */
export function setScene(paint: Paint, { stance }: Shape, main: Colour, random: Random): void {
  const wall = wallFor(main, random);
  const lit = mix(wall, '#ffffff', 0.55);
  const dim = mix(wall, '#5b5046', 0.2);
  paint.add(
    path(
      'M0 0H1000V1000H0z',
      paint.radial([380, 300], 900, [
        [0, lit],
        [0.6, wall],
        [1, dim],
      ]),
    ),
  );
  if (stance === 'hanging') return backdrop(paint, wall, random);
  if (stance === 'flat') return windowLight(paint, random);
  if (random.chance(0.55)) tableTop(paint, wall, random);
  if (random.chance(0.35)) backdrop(paint, wall, random);
}

function wallFor(main: Colour, random: Random): Colour {
  const own = tint(main, random.between(0.9, 0.94), random.between(0.012, 0.03));
  const neutral = random.pick(neutrals);
  const wall = random.chance(0.45) ? own : mix(neutral, own, 0.25);
  return lightnessOf(main) > 0.9 ? mix(wall, tint('#a8937c', 0.82, 0.03), 0.6) : wall;
}

function tableTop(paint: Paint, wall: Colour, random: Random): void {
  const edge = random.between(620, 690);
  const near = mix(wall, '#ffffff', 0.35);
  const far = mix(wall, '#6b5b4b', 0.13);
  paint.add(
    path(
      `M0 ${edge}H1000V1000H0z`,
      paint.linear(
        [0, edge],
        [0, 1000],
        [
          [0, far],
          [0.25, mix(far, near, 0.6)],
          [1, near],
        ],
      ),
    ),
  );
  paint.add(path(`M0 ${edge}H1000v7H0z`, '#ffffff', { opacity: 0.16 }));
}

/** A quiet form behind the product: a disc, an arch or nothing but light. */
function backdrop(paint: Paint, wall: Colour, random: Random): void {
  const colour = mix(wall, tint(wall, 0.82, 0.05), 0.42);
  if (random.chance(0.4))
    paint.add(ellipse([random.between(560, 660), random.between(330, 420)], [265, 265], colour, { opacity: 0.5 }));
  else windowLight(paint, random);
}

function windowLight(paint: Paint, random: Random): void {
  const x = random.between(-150, 250);
  const light = paint.linear(
    [x, 0],
    [x + 500, 1000],
    [
      [0, '#ffffff', 0.34],
      [1, '#ffffff', 0],
    ],
  );
  for (const at of [0, 265])
    paint.add(path(polygon([x + at, 0], [x + at + 225, 0], [x + at + 725, 1000], [x + at + 500, 1000]), light));
}

export function groundShadow(paint: Paint, half: number): void {
  const soft = (opacity: number) =>
    [
      [0, '#2b2118', opacity],
      [0.55, '#2b2118', opacity * 0.5],
      [1, '#2b2118', 0],
    ] as const;
  const squash = (centre: number, rx: number, ry: number, opacity: number) => {
    const fill = paint.radial([0, 0], 1, soft(opacity));
    paint.add(`<g transform="translate(${centre} ${floor + 4}) scale(${rx} ${ry})"><circle r="1" fill="${fill}"/></g>`);
  };
  squash(500 + half * 0.55, half * 1.75, Math.max(26, half * 0.24), 0.26);
  squash(500 + half * 0.08, half * 1.18, Math.max(16, half * 0.12), 0.5);
}

/** The shadow of something that lies flat or hangs close to the wall: its outline, moved and softened. */
export function dropShadow(paint: Paint, outline: string, depth: number): void {
  for (let step = 6; step >= 1; step--) {
    const spread = depth * (step / 6);
    paint.add(
      `<path d="${outline}" transform="translate(${depth * 0.55} ${depth * 0.8})" fill="#2b2118" stroke="#2b2118" stroke-width="${spread * 2.2}" stroke-linejoin="round" opacity="0.052"/>`,
    );
  }
}
