import { mix, shade } from '../colour.ts';
import { floor, type Look, type Shape } from '../look.ts';
import { ellipse, ellipsePath, line, n, type Paint, path, type Point, roundedBox } from '../paint.ts';
import { corners, grain, patternOn } from '../pattern.ts';
import { dropShadow } from '../scene.ts';
import { flatLight, reflection, roundLight } from '../surface.ts';
import { boxOf, opening, outlineOf, type Turned, turnedBody } from '../turned.ts';

const greens = ['#5d7a4f', '#46694a', '#7c9460', '#3f5f52', '#8a9a5b'];

function leaf(paint: Paint, [x, y]: Point, length: number, width: number, turn: number, colour: string): void {
  const d = `M0 0C${n(width)} ${n(-length * 0.3)} ${n(width)} ${n(-length * 0.75)} 0 ${n(-length)}C${n(-width)} ${n(-length * 0.75)} ${n(-width)} ${n(-length * 0.3)} 0 0z`;
  const transform = `translate(${n(x)} ${n(y)}) rotate(${n(turn)})`;
  paint.add(
    path(d, colour, { transform }),
    path(`M0 0C${n(width)} ${n(-length * 0.3)} ${n(width)} ${n(-length * 0.75)} 0 ${n(-length)}z`, '#1d140c', {
      transform,
      opacity: 0.1,
    }),
  );
  paint.add(line(`M0 0V${n(-length * 0.9)}`, shade(colour, 0.08), 2.4, { transform, opacity: 0.6 }));
}

function stems(paint: Paint, { random, accent }: Look, [x, y]: Point): void {
  const isDried = random.chance(0.4);
  for (let stem = random.int(3, 6); stem > 0; stem--) {
    const turn = random.between(-34, 34);
    const length = random.between(180, 290);
    const green = isDried ? '#b39b6d' : random.pick(greens);
    const tip: Point = [x + Math.sin((turn * Math.PI) / 180) * length, y - Math.cos((turn * Math.PI) / 180) * length];
    paint.add(
      line(
        `M${n(x)} ${n(y + 20)}Q${n(x + (tip[0] - x) * 0.3)} ${n((y + tip[1]) / 2)} ${n(tip[0])} ${n(tip[1])}`,
        shade(green, -0.06),
        5,
      ),
    );
    if (random.chance(0.5))
      for (let at = 0.4; at < 1; at += 0.2)
        for (const side of [-1, 1])
          leaf(paint, [x + (tip[0] - x) * at * at, y + (tip[1] - y) * at], 56, 15, turn + side * 52, green);
    else
      bloom(paint, tip, random.between(20, 34), isDried ? '#d8c39a' : mix(accent, '#ffffff', random.between(0, 0.4)));
  }
}

function bloom(paint: Paint, [x, y]: Point, size: number, colour: string): void {
  for (let petal = 0; petal < 7; petal++)
    paint.add(
      ellipse([0, -size * 0.7], size * 0.42, size * 0.66, petal % 2 ? colour : shade(colour, -0.05), {
        transform: `translate(${n(x)} ${n(y)}) rotate(${n(petal * 51.4)})`,
      }),
    );
  paint.add(ellipse([x, y], size * 0.34, size * 0.34, '#d8a63c'));
}

function drawVase(paint: Paint, look: Look): void {
  const { random } = look;
  const height = random.between(300, 400);
  const half = random.between(110, 160);
  const top = floor - height;
  const neck = half * random.between(0.3, 0.6);
  const profile: Turned['profile'] = random.pick<Turned['profile']>([
    [
      [neck, top],
      [neck * 0.86, top + height * 0.2],
      [half, top + height * 0.6],
      [half * 0.6, floor - 8],
    ],
    [
      [half * 0.8, top],
      [half * 0.62, top + height * 0.3],
      [half, top + height * 0.7],
      [half * 0.72, floor - 8],
    ],
    [
      [neck * 1.1, top],
      [neck, top + height * 0.34],
      [half, top + height * 0.5],
      [half * 0.94, floor - 40],
      [half * 0.8, floor - 8],
    ],
    [
      [half * 0.66, top],
      [half * 0.7, top + height * 0.5],
      [half * 0.66, floor - 8],
    ],
  ]);
  if (random.chance(0.75)) stems(paint, look, [500, top]);
  turnedBody(paint, { profile }, look);
  opening(paint, [500, top], profile[0]![0], look, { rim: 6, inside: shade(look.main, -0.22) });
  reflection(
    paint,
    `M${n(500 - half * 0.7)} ${n(top + height * 0.55)}q-14 40 4 ${n(height * 0.26)}h14q-14 -40 0 ${n(-height * 0.26)}z`,
    look.finish,
  );
}

function drawPlantPot(paint: Paint, look: Look): void {
  const { random } = look;
  const half = random.between(150, 180);
  const height = random.between(220, 270);
  const top = floor - height;
  const plant = random.int(0, 2);
  if (plant === 0)
    for (let at = random.int(9, 14); at > 0; at--)
      leaf(
        paint,
        [500 + random.between(-40, 40), top + 14],
        random.between(150, 300),
        random.between(18, 30),
        random.between(-52, 52),
        random.pick(greens),
      );
  if (plant === 1)
    for (let at = random.int(6, 9); at > 0; at--) {
      const turn = random.between(-48, 48);
      const length = random.between(120, 240);
      const tip: Point = [
        500 + Math.sin((turn * Math.PI) / 180) * length,
        top - Math.cos((turn * Math.PI) / 180) * length,
      ];
      paint.add(line(`M500 ${n(top + 16)}L${n(tip[0])} ${n(tip[1])}`, '#5a7048', 5));
      leaf(
        paint,
        [tip[0], tip[1] + 20],
        random.between(90, 130),
        random.between(44, 62),
        turn * 1.4,
        random.pick(greens),
      );
    }
  if (plant === 2)
    for (let at = 11; at > 0; at--)
      leaf(
        paint,
        [500, top + 12],
        random.between(120, 170),
        26,
        -75 + at * 13.6 - random.between(0, 8),
        mix(random.pick(greens), '#a9c4a0', 0.35),
      );
  const pot: Turned = {
    profile: [
      [half, top],
      [half * 0.98, top + 34],
      [half * 0.78, floor - 10],
    ],
    isAngular: random.chance(0.5),
  };
  turnedBody(paint, pot, look);
  opening(paint, [500, top], half, look, { inside: '#4a382b' });
  for (let at = 0; at < 4; at++)
    leaf(
      paint,
      [500 + random.between(-50, 50), top + 20],
      random.between(80, 130),
      20,
      random.between(-40, 40),
      random.pick(greens),
    );
  paint.add(paint.within(corners({ x: 500 - half, y: top - 2, width: half * 2, height: 400 }), ''));
}

function drawCandle(paint: Paint, look: Look): void {
  const { random, main, accent } = look;
  const places = random.pick([[500], [400, 600], [360, 500, 640]]);
  for (const centre of places) {
    const height = random.between(120, 270);
    const top = floor - height;
    const width = random.between(20, 26);
    const holder: Turned = {
      centre,
      profile: [
        [34, top],
        [18, top + 30],
        [16, top + height * 0.6],
        [70, floor - 16],
        [72, floor - 6],
      ],
    };
    const candle: Turned = {
      centre,
      isAngular: true,
      profile: [
        [width, top - random.between(150, 210)],
        [width, top + 10],
      ],
    };
    turnedBody(paint, candle, { ...look, main: mix(accent, '#fbf5ea', 0.6), pattern: 'plain', finish: 'matte' });
    const wick = candle.profile[0]![1];
    paint.add(ellipse([centre, wick], width, width * 0.13, '#fff6e3'), line(`M${centre} ${n(wick)}v-14`, '#3a322b', 4));
    const flame = paint.radial([centre, wick - 44], 110, [
      [0, '#ffd98a', 0.6],
      [1, '#ffd98a', 0],
    ]);
    paint.add(
      ellipse([centre, wick - 44], 110, 110, flame),
      path(`M${centre} ${n(wick - 84)}c24 34 20 66 0 72c-20 -6 -24 -38 0 -72z`, '#ffc45c'),
      path(`M${centre} ${n(wick - 58)}c11 18 9 38 0 42c-9 -4 -11 -24 0 -42z`, '#fff4d8'),
    );
    turnedBody(paint, holder, { ...look, main, pattern: 'plain' });
  }
}

function drawMirror(paint: Paint, look: Look): void {
  const { random, main } = look;
  const kind = random.int(0, 2);
  const half = random.between(225, 265);
  const outer = [
    ellipsePath([500, 500], half, half),
    `M${500 - half} 820V420a${n(half)} ${n(half)} 0 0 1 ${n(half * 2)} 0V820z`,
    roundedBox({ x: 500 - half * 0.8, y: 180, width: half * 1.6, height: 640 }, half * 0.8),
  ][kind]!;
  dropShadow(paint, outer, 26);
  paint.add(path(outer, main));
  if (look.finish === 'wood')
    paint.add(paint.within(outer, grain({ x: 200, y: 150, width: 600, height: 700 }, look, true)));
  const scale = `translate(500 ${kind === 1 ? 560 : 500}) scale(${n(kind === 0 ? 0.9 : 0.92)}) translate(-500 ${kind === 1 ? -560 : -500})`;
  const sky = paint.linear(
    [260, 180],
    [740, 840],
    [
      [0, '#eef3f5'],
      [0.42, '#d5dee2'],
      [0.5, '#f6f9fa'],
      [0.58, '#dfe7ea'],
      [1, '#b9c5ca'],
    ],
  );
  paint.add(
    `<g transform="${scale}">${path(outer, shade(main, -0.2))}${path(outer, sky, { transform: 'translate(2 3)' })}</g>`,
  );
  paint.add(line(outer, mix(main, '#ffffff', 0.4), 3, { opacity: 0.7 }));
}

function drawClock(paint: Paint, look: Look): void {
  const { random, main, accent } = look;
  const radius = random.between(245, 275);
  const face = random.chance(0.5) ? '#f7f3ec' : mix(main, '#ffffff', 0.82);
  const isInverse = random.chance(0.3);
  const [dial, ink] = isInverse ? [main, mix(main, '#ffffff', 0.85)] : [face, shade(main, -0.22)];
  dropShadow(paint, ellipsePath([500, 500], radius, radius), 28);
  paint.add(
    ellipse([500, 500], radius, radius, isInverse ? shade(main, -0.1) : main),
    ellipse(
      [500, 500],
      radius,
      radius,
      paint.linear(
        [260, 260],
        [740, 740],
        [
          [0, '#ffffff', 0.4],
          [0.5, '#ffffff', 0],
          [1, '#1d140c', 0.34],
        ],
      ),
    ),
  );
  paint.add(ellipse([500, 500], radius - 24, radius - 24, dial));
  const marks = random.int(0, 2);
  for (let hour = 0; hour < 12; hour++) {
    if (marks === 1 && hour % 3 > 0) continue;
    const mark = hour % 3 === 0 ? 34 : 16;
    paint.add(
      marks === 2
        ? ellipse([500, 500 - radius + 52], hour % 3 ? 5 : 10, hour % 3 ? 5 : 10, ink, {
            transform: `rotate(${hour * 30} 500 500)`,
          })
        : line(`M500 ${n(500 - radius + 42)}v${mark}`, ink, hour % 3 ? 5 : 9, {
            transform: `rotate(${hour * 30} 500 500)`,
          }),
    );
  }
  const hand = (length: number, width: number, turn: number, colour: string) =>
    line(`M500 530V${n(500 - length)}`, colour, width, { transform: `rotate(${n(turn)} 500 500)` });
  paint.add(
    `<g transform="translate(5 9)" opacity="0.18">${hand(radius * 0.5, 13, 305, '#000000')}${hand(radius * 0.72, 9, 60, '#000000')}</g>`,
  );
  paint.add(
    hand(radius * 0.5, 13, 305, ink),
    hand(radius * 0.72, 9, 60, ink),
    hand(radius * 0.76, 3.4, random.int(120, 240), accent),
    ellipse([500, 500], 15, 15, accent),
  );
  paint.add(
    ellipse(
      [500, 500],
      radius - 24,
      radius - 24,
      paint.linear(
        [300, 300],
        [640, 700],
        [
          [0, '#ffffff', 0.3],
          [0.5, '#ffffff', 0],
          [1, '#1d140c', 0.08],
        ],
      ),
    ),
  );
}

function drawPrint(paint: Paint, look: Look): void {
  const { random, main, accent } = look;
  const wood = random.pick(['#c39a66', '#2b2a29', '#6b4a32', '#f4f1ea']);
  const isWide = random.chance(0.25);
  const [width, height] = isWide ? [640, 480] : [500, 660];
  const box = { x: 500 - width / 2, y: 500 - height / 2, width, height };
  const frame = corners(box);
  dropShadow(paint, frame, 26);
  const inner = (by: number) => ({ x: box.x + by, y: box.y + by, width: width - 2 * by, height: height - 2 * by });
  paint.add(path(frame, wood), path(frame, flatLight(paint, box, 'wood')), path(corners(inner(18)), '#fbf9f4'));
  const picture = inner(random.pick([18, 74, 74]));
  paint.add(
    path(corners(picture), mix(main, '#fbf3e6', 0.72)),
    paint.within(corners(picture), artwork(picture, { random, main, accent }, look)),
  );
  paint.add(
    path(
      corners(inner(18)),
      paint.linear(
        [box.x, box.y],
        [box.x + width, box.y + height],
        [
          [0, '#ffffff', 0.26],
          [0.4, '#ffffff', 0.02],
          [0.44, '#ffffff', 0.14],
          [0.6, '#ffffff', 0],
        ],
      ),
    ),
  );
}

/** Abstract, botanical or a landscape in two colours and what lies between them. */
function artwork(
  { x, y, width, height }: { x: number; y: number; width: number; height: number },
  { random, main, accent }: Pick<Look, 'random' | 'main' | 'accent'>,
  look: Look,
): string {
  const [cx, cy] = [x + width / 2, y + height / 2];
  const kind = random.int(0, 3);
  if (kind === 3)
    return patternOn(
      { x, y, width, height },
      { ...look, pattern: random.pick(['arches', 'leaves', 'check', 'dots']) },
      0,
    );
  if (kind === 2) {
    const blobs = [main, accent, mix(main, accent, 0.5), shade(accent, -0.15)].map((colour) =>
      ellipse(
        [cx + random.between(-0.28, 0.28) * width, cy + random.between(-0.3, 0.3) * height],
        width * random.between(0.1, 0.27),
        width * random.between(0.1, 0.27),
        colour,
        { opacity: 0.92 },
      ),
    );
    return [
      ...blobs,
      line(
        `M${n(x + 30)} ${n(cy)}q${n(width * 0.3)} ${n(-height * 0.3)} ${n(width * 0.5)} 0t${n(width * 0.4)} 0`,
        shade(main, -0.25),
        4,
      ),
    ].join('');
  }
  const sun = ellipse([cx + random.between(-0.2, 0.2) * width, y + height * 0.3], width * 0.16, width * 0.16, accent);
  const hills = [0.52, 0.64, 0.78].map((at, hill) =>
    path(
      `M${n(x)} ${n(y + height * at)}C${n(x + width * 0.3)} ${n(y + height * (at - random.between(0.02, 0.16)))} ${n(x + width * 0.6)} ${n(y + height * (at + random.between(0, 0.1)))} ${n(x + width)} ${n(y + height * (at - 0.06))}V${n(y + height)}H${n(x)}z`,
      mix(main, accent, hill * 0.28),
    ),
  );
  if (kind === 0) return [sun, ...hills].join('');
  const paintLeaf = Array.from(
    { length: 7 },
    (_, at) =>
      `<g transform="translate(${n(cx)} ${n(y + height * (0.84 - at * 0.09))}) rotate(${at % 2 ? 50 : -50})">${path(`M0 0C${n(width * 0.07)} ${n(-width * 0.1)} ${n(width * 0.06)} ${n(-width * 0.26)} 0 ${n(-width * 0.33)}C${n(-width * 0.06)} ${n(-width * 0.26)} ${n(-width * 0.07)} ${n(-width * 0.1)} 0 0z`, at % 3 ? main : accent)}</g>`,
  );
  return [line(`M${n(cx)} ${n(y + height * 0.92)}V${n(y + height * 0.2)}`, shade(main, -0.1), 6), ...paintLeaf].join(
    '',
  );
}

function drawBasket(paint: Paint, look: Look): void {
  const { random, main, accent } = look;
  const half = random.between(200, 235);
  const height = random.between(240, 320);
  const top = floor - height;
  for (const side of [-1, 1])
    paint.add(
      line(
        `M${n(500 + side * half * 0.98)} ${n(top + 26)}c${n(side * 60)} -70 ${n(side * -20)} -110 ${n(side * -64)} -30`,
        shade(main, -0.14),
        15,
      ),
    );
  const body: Turned = {
    tilt: 0.17,
    profile: [
      [half, top],
      [half * 1.06, top + height * 0.5],
      [half * 0.82, floor - 10],
    ],
  };
  const outline = outlineOf(body);
  const box = boxOf(body);
  turnedBody(paint, body, { ...look, pattern: 'plain', finish: 'matte' });
  const rows = Math.round(height / 21);
  for (let row = 0; row < rows; row++) {
    const y = top + 12 + row * 21;
    const colour = look.pattern === 'bands' && row > rows * 0.5 ? accent : shade(main, row % 2 ? -0.12 : 0.03);
    paint.add(
      paint.within(
        outline,
        line(`M${n(box.x - 6)} ${n(y)}Q500 ${n(y + half * 0.34)} ${n(box.x + box.width + 6)} ${n(y)}`, colour, 13, {
          'stroke-dasharray': '27 6',
          'stroke-dashoffset': row % 2 ? 16 : 0,
          opacity: 0.85,
        }),
      ),
    );
  }
  paint.add(path(outline, roundLight(paint, box, 'matte')));
  opening(paint, [500, top], half, look, { tilt: 0.17, rim: 13, inside: shade(main, -0.26) });
}

export const decoration = {
  vase: { stance: 'standing', footprint: 130, zoom: 1.18, draw: drawVase },
  plantPot: { stance: 'standing', footprint: 150, zoom: 1.18, draw: drawPlantPot },
  candle: { stance: 'standing', footprint: 160, zoom: 1.3, draw: drawCandle },
  mirror: { stance: 'hanging', draw: drawMirror },
  clock: { stance: 'hanging', zoom: 1.1, draw: drawClock },
  print: { stance: 'hanging', draw: drawPrint },
  basket: { stance: 'standing', footprint: 210, zoom: 1.25, draw: drawBasket },
} satisfies Record<string, Shape>;
