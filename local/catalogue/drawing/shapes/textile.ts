import { shade } from '../colour.ts';
import { floor, type Look, type Shape } from '../look.ts';
import { ellipse, line, n, type Paint, path, roundedBox } from '../paint.ts';
import { dropShadow } from '../scene.ts';
import { flatFace } from '../surface.ts';

const cloth = (look: Look): Look => ({ ...look, finish: 'fabric' });

function fringe(
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

/** A blanket folded to a pile. */
function drawBlanket(paint: Paint, look: Look): void {
  const { random, main } = look;
  const layers = random.int(3, 4);
  const half = random.between(265, 300);
  const thick = random.between(54, 66);
  for (let layer = 0; layer < layers; layer++) {
    const y = floor - (layer + 1) * thick;
    const shift = random.between(-8, 8);
    const box = { x: 500 - half + shift, y, width: half * 2, height: thick - 3 };
    const d = roundedBox(box, thick / 2);
    flatFace(paint, d, box, cloth({ ...look, main: shade(main, -0.035 * (layers - layer - 1)) }));
    paint.add(
      path(
        d,
        paint.linear(
          [0, y],
          [0, y + thick],
          [
            [0, '#ffffff', 0.22],
            [0.4, '#ffffff', 0],
            [1, '#1d140c', 0.34],
          ],
        ),
      ),
    );
    paint.add(
      line(`M${n(box.x + half * 1.86)} ${n(y + thick * 0.5)}h${n(-half * 0.7)}`, shade(main, -0.2), 2.4, {
        opacity: 0.35,
      }),
    );
  }
  const top = floor - layers * thick;
  const hang = random.between(120, 170);
  const box = { x: 500 - half * 0.5, y: top - 6, width: half * 0.62, height: hang };
  const flap = `M${n(box.x)} ${n(top - 4)}h${n(box.width)}v${n(hang)}q${n(-box.width / 2)} 10 ${n(-box.width)} 0z`;
  if (random.chance(0.6)) {
    flatFace(paint, flap, box, cloth(look));
    fringe(paint, { x: box.x + 2, y: top + hang, width: box.width - 4 }, look, 34);
  }
}

function drawCushion(paint: Paint, look: Look): void {
  const { random, main, accent } = look;
  const half = random.between(235, 265);
  const tall = random.chance(0.3) ? half * 0.66 : half;
  const [x, y] = [500, floor - tall];
  const pull = half * 0.09;
  const d = `M${n(x - half)} ${n(y - tall)}Q${n(x)} ${n(y - tall + pull * 2)} ${n(x + half)} ${n(y - tall)}Q${n(x + half - pull * 2)} ${n(y)} ${n(x + half)} ${n(y + tall)}Q${n(x)} ${n(y + tall - pull)} ${n(x - half)} ${n(y + tall)}Q${n(x - half + pull * 2)} ${n(y)} ${n(x - half)} ${n(y - tall)}z`;
  const box = { x: x - half, y: y - tall, width: half * 2, height: tall * 2 };
  const edge = random.chance(0.35) ? accent : shade(main, -0.12);
  paint.add(`<g transform="rotate(${n(random.between(-5, 5))} 500 ${n(floor)})">`);
  flatFace(paint, d, box, cloth(look));
  const puff = paint.radial([x - half * 0.25, y - tall * 0.3], half * 1.5, [
    [0, '#ffffff', 0.3],
    [0.45, '#ffffff', 0.02],
    [1, '#1d140c', 0.42],
  ]);
  paint.add(path(d, puff), line(d, edge, random.chance(0.4) ? 11 : 5));
  for (const [dx, dy] of [
    [-1, -1],
    [1, -1],
    [-1, 1],
    [1, 1],
  ] as const)
    paint.add(
      line(
        `M${n(x + dx * half * 0.96)} ${n(y + dy * tall * 0.95)}q${n(-dx * 60)} ${n(-dy * 10)} ${n(-dx * 90)} ${n(-dy * 50)}`,
        shade(main, -0.2),
        9,
        { opacity: 0.16 },
      ),
    );
  paint.add('</g>');
}

function drawRug(paint: Paint, look: Look): void {
  const { random, main, accent } = look;
  const width = random.between(480, 540);
  const height = random.between(640, 700);
  const isRound = random.chance(0.2);
  const box = { x: 500 - width / 2, y: 500 - height / 2, width, height };
  const d = isRound ? `M180 500a320 320 0 1 0 640 0a320 320 0 1 0 -640 0z` : roundedBox(box, 10);
  const tied = { x: box.x + 6, width: width - 12 };
  paint.add(`<g transform="rotate(${n(random.between(-9, 9))} 500 500)">`);
  if (!isRound)
    for (const [y, length] of [
      [box.y + 4, -36],
      [box.y + height - 4, 36],
    ] as const)
      fringe(paint, { ...tied, y }, { ...look, main: '#e8ddc8' }, length);
  dropShadow(paint, d, 14);
  flatFace(paint, d, isRound ? { x: 180, y: 180, width: 640, height: 640 } : box, cloth(look));
  const border = roundedBox({ x: box.x + 34, y: box.y + 34, width: width - 68, height: height - 68 }, 6);
  if (!isRound && random.chance(0.6))
    paint.add(
      line(border, random.chance(0.5) ? accent : shade(main, -0.16), random.between(6, 18), {
        'stroke-linejoin': 'miter',
      }),
    );
  paint.add(line(d, shade(main, -0.14), 5));
  paint.add('</g>');
}

/** Towels, rolled or folded, one on the other. */
function drawTowels(paint: Paint, look: Look): void {
  const { random, main, accent } = look;
  const half = random.between(225, 260);
  const thick = random.between(78, 96);
  const colours = [main, random.chance(0.5) ? accent : shade(main, 0.06), main];
  const count = random.int(2, 3);
  for (let at = 0; at < count; at++) {
    const y = floor - (at + 1) * thick;
    const own = { ...look, main: colours[at]! };
    const box = { x: 500 - half + random.between(-10, 10), y, width: half * 2, height: thick - 4 };
    const d = roundedBox(box, 40);
    flatFace(paint, d, box, cloth({ ...own, pattern: at === 0 ? look.pattern : 'plain' }));
    paint.add(
      path(
        d,
        paint.linear(
          [0, y],
          [0, y + thick],
          [
            [0, '#ffffff', 0.25],
            [0.4, '#ffffff', 0],
            [1, '#1d140c', 0.34],
          ],
        ),
      ),
    );
    paint.add(
      line(`M${n(box.x + 34)} ${n(y + thick * 0.48)}h${n(half * 2 - 40)}`, shade(own.main, -0.16), 4, { opacity: 0.5 }),
    );
    for (const dx of [0.72, 0.78])
      paint.add(
        line(`M${n(box.x + half * 2 * dx)} ${n(y + 4)}v${n(thick - 12)}`, shade(own.main, -0.1), 5, { opacity: 0.55 }),
      );
  }
  const y = floor - count * thick - 62;
  const roll = roundedBox({ x: 500 - half * 0.7, y, width: half * 1.4, height: 70 }, 35);
  flatFace(paint, roll, { x: 500 - half, y, width: half * 2, height: 70 }, cloth({ ...look, pattern: 'plain' }));
  paint.add(
    path(
      roll,
      paint.linear(
        [0, y],
        [0, y + 70],
        [
          [0, '#ffffff', 0.2],
          [1, '#1d140c', 0.3],
        ],
      ),
    ),
    ellipse([500 + half * 0.63, y + 35], 24, 32, shade(main, -0.05)),
  );
  paint.add(
    line(`M${n(500 + half * 0.63)} ${n(y + 35)}m-6 0a7 9 0 1 1 12 4a14 18 0 1 1 -22 -12`, shade(main, -0.18), 4),
  );
}

export const textile = {
  blanket: { stance: 'standing', footprint: 290, zoom: 1.18, draw: drawBlanket },
  cushion: { stance: 'standing', footprint: 230, zoom: 1.15, draw: drawCushion },
  rug: { stance: 'flat', draw: drawRug },
  towels: { stance: 'standing', footprint: 250, zoom: 1.25, draw: drawTowels },
} satisfies Record<string, Shape>;
