import { mix, shade } from '../colour.ts';
import { floor, type Look, type Shape } from '../look.ts';
import { type Box, ellipse, line, n, type Paint, path, roundedBox } from '../paint.ts';
import { corners } from '../pattern.ts';
import { dropShadow } from '../scene.ts';
import { flatFace, flatLight } from '../surface.ts';
import { opening, turnedBody } from '../turned.ts';

function tilted(paint: Paint, look: Look, most: number, draw: () => void): void {
  paint.add(`<g transform="rotate(${n(look.random.between(-most, most))} 500 500)">`);
  draw();
  paint.add('</g>');
}

function pages(paint: Paint, { x, y, width, height }: Box): void {
  for (let sheet = 5; sheet > 0; sheet--)
    paint.add(
      path(
        roundedBox({ x: x + sheet * 2.4, y: y + sheet * 2.4, width, height }, 12),
        sheet % 2 ? '#f4efe4' : '#ddd5c6',
      ),
    );
}

function drawNotebook(paint: Paint, look: Look): void {
  const { random, main, accent } = look;
  const width = random.between(390, 440);
  const height = width * random.between(1.34, 1.46);
  const box = { x: 500 - width / 2, y: 500 - height / 2, width, height };
  const cover = roundedBox(box, 16);
  tilted(paint, look, 10, () => {
    dropShadow(paint, cover, 26);
    pages(paint, box);
    flatFace(paint, cover, box, { ...look, finish: 'matte' });
    const binding = random.int(0, 2);
    if (binding === 0)
      paint.add(
        paint.within(
          cover,
          path(corners({ ...box, width: width * 0.13 }), accent),
          path(corners({ ...box, x: box.x + width * 0.13, width: 5 }), '#1d140c', { opacity: 0.2 }),
        ),
      );
    if (binding === 1)
      for (let ring = 0; ring < 17; ring++)
        paint.add(
          line(`M${n(box.x - 12)} ${n(box.y + 34 + (ring * (height - 68)) / 16)}h34`, '#8f9498', 7),
          ellipse([box.x + 24, box.y + 34 + (ring * (height - 68)) / 16], 5, 5, shade(main, -0.25)),
        );
    if (binding === 2)
      paint.add(
        paint.within(
          cover,
          line(`M${n(box.x + width * 0.86)} ${n(box.y - 4)}v${n(height + 8)}`, accent, 13),
          path(corners({ ...box, width: 26 }), '#1d140c', { opacity: 0.1 }),
        ),
      );
    const label = { x: 500 - width * 0.24, y: box.y + height * 0.22, width: width * 0.5, height: height * 0.17 };
    if (random.chance(0.55))
      paint.add(
        path(roundedBox(label, 6), '#f8f4ea'),
        line(
          `M${n(label.x + 24)} ${n(label.y + label.height * 0.42)}h${n(label.width - 48)}M${n(label.x + 24)} ${n(label.y + label.height * 0.68)}h${n(label.width * 0.5)}`,
          mix(main, '#3a342d', 0.6),
          4,
        ),
      );
    if (random.chance(0.4))
      paint.add(path(`M${n(500 + width * 0.2)} ${n(box.y + height)}v44l11 -12l11 12v-44z`, accent));
  });
}

function drawPlanner(paint: Paint, look: Look): void {
  const { random, main, accent } = look;
  const box = { x: 175, y: 270, width: 650, height: 470 };
  const sheet = roundedBox(box, 10);
  tilted(paint, look, 6, () => {
    dropShadow(paint, sheet, 18);
    paint.add(path(roundedBox({ ...box, x: box.x + 5, y: box.y + 7 }, 10), '#e2dacb'), path(sheet, '#fbf8f1'));
    paint.add(
      paint.within(sheet, path(corners({ ...box, height: 78 }), main)),
      line(`M${box.x + 34} ${box.y + 40}h150`, mix(main, '#ffffff', 0.8), 9),
    );
    const columns = random.pick([5, 7]);
    for (let column = 0; column < columns; column++) {
      const x = box.x + 28 + (column * (box.width - 56)) / columns;
      const width = (box.width - 56) / columns - 10;
      paint.add(
        path(
          roundedBox({ x, y: box.y + 100, width, height: 30 }, 6),
          column % 2 ? mix(accent, '#ffffff', 0.55) : mix(main, '#ffffff', 0.7),
        ),
      );
      for (let row = 0; row < 7; row++)
        paint.add(line(`M${n(x)} ${n(box.y + 168 + row * 42)}h${n(width)}`, '#d5ccbc', 2.4));
      if (random.chance(0.6))
        paint.add(
          line(
            `M${n(x + 6)} ${n(box.y + 158 + random.int(0, 4) * 42)}q${n(width * 0.3)} -12 ${n(width * 0.6)} 0`,
            mix(accent, '#2b2621', 0.35),
            4,
          ),
        );
    }
    paint.add(path(sheet, flatLight(paint, box, 'matte')));
  });
}

function drawPen(paint: Paint, look: Look): void {
  const { random, main, accent } = look;
  const metal = random.chance(0.5) ? '#b8924a' : '#b9bdc1';
  const half = random.between(25, 32);
  const light = () =>
    paint.linear(
      [0, 500 - half],
      [0, 500 + half],
      [
        [0, '#ffffff', 0.28],
        [0.26, '#ffffff', 0.62],
        [0.36, '#ffffff', 0],
        [1, '#000000', 0.42],
      ],
    );
  const barrel = roundedBox({ x: 420, y: 500 - half, width: 360, height: half * 2 }, half);
  const grip = `M420 ${n(500 - half)}L270 ${n(500 - half * 0.72)}V${n(500 + half * 0.72)}L420 ${n(500 + half)}z`;
  const nib = `M276 ${n(500 - half * 0.62)}Q220 492 176 500Q220 508 276 ${n(500 + half * 0.62)}z`;
  paint.add(`<g transform="rotate(${n(random.between(-38, -26))} 500 500)">`);
  dropShadow(paint, `${barrel}${grip}${nib}`, 20);
  paint.add(
    path(nib, metal),
    path(nib, light()),
    line('M196 500H252', '#3a342d', 2.4),
    ellipse([254, 500], 5, 5, '#3a342d'),
  );
  paint.add(path(grip, shade(main, -0.08)), path(grip, light()));
  flatFace(
    paint,
    barrel,
    { x: 420, y: 500 - half, width: 360, height: half * 2 },
    { ...look, pattern: look.pattern === 'bands' ? 'plain' : look.pattern },
  );
  paint.add(path(barrel, light()));
  for (const x of [416, 600, 758])
    paint.add(
      path(corners({ x, y: 500 - half - 1, width: 11, height: half * 2 + 2 }), metal),
      path(corners({ x, y: 500 - half - 1, width: 11, height: half * 2 + 2 }), light()),
    );
  paint.add(
    path(roundedBox({ x: 604, y: 500 - half - 9, width: 160, height: 13 }, 6), metal),
    ellipse([608, 500 - half - 2], 10, 10, accent),
  );
  paint.add('</g>');
}

function drawPenPot(paint: Paint, look: Look): void {
  const { random, main, accent } = look;
  const half = random.between(105, 130);
  const height = random.between(210, 260);
  const top = floor - height;
  const tools = ['#d6a23a', '#35405a', '#c39a66', '#9c4a2b', accent, '#5f6b47'];
  opening(paint, [500, top], half, look, { inside: shade(main, -0.24) });
  for (let tool = 0; tool < 6; tool++) {
    const x = 500 + (tool - 2.5) * half * 0.28;
    const turn = (tool - 2.5) * 5 + random.between(-3, 3);
    const length = random.between(150, 240);
    const colour = random.pick(tools);
    const tip = random.chance(0.55)
      ? path(`M-11 ${n(-length)}L0 ${n(-length - 38)}L11 ${n(-length)}z`, '#e8cfa6') +
        path(`M-4 ${n(-length - 25)}L0 ${n(-length - 38)}L4 ${n(-length - 25)}z`, shade(colour, -0.2))
      : ellipse([0, -length], 11, 9, shade(colour, 0.08));
    paint.add(
      `<g transform="translate(${n(x)} ${n(top + 20)}) rotate(${n(turn)})">${path(`M-11 20V${n(-length)}H11V20z`, colour)}${path(`M-11 20V${n(-length)}H-3V20z`, '#ffffff', { opacity: 0.22 })}${path(`M5 20V${n(-length)}H11V20z`, '#000000', { opacity: 0.16 })}${tip}</g>`,
    );
  }
  turnedBody(
    paint,
    {
      profile: [
        [half, top],
        [half, floor - 40],
        [half * 0.95, floor - 8],
      ],
    },
    look,
  );
}

function drawScissors(paint: Paint, look: Look): void {
  const { random, main } = look;
  const spread = random.between(13, 19);
  const half = (side: 1 | -1) => {
    const blade = `M-14 0Q-17 -210 4 -330Q16 -210 15 20z`;
    const grip = `M${side * 4} 30C${side * -6} 90 ${side * -96} 110 ${side * -92} 200C${side * -86} 290 ${side * 34} 290 ${side * 34} 190C${side * 34} 130 ${side * 22} 90 ${side * 16} 30z`;
    const hole = `M${side * -28} 166m-36 34a36 46 0 1 0 72 0a36 46 0 1 0 -72 0z`;
    return `<g transform="translate(500 470) rotate(${side * spread})">${path(blade, '#c3c8cb')}${path(
      blade,
      paint.linear(
        [-14, 0],
        [15, 0],
        [
          [0, '#ffffff', 0.7],
          [0.45, '#7d858a', 0.25],
          [0.55, '#ffffff', 0.6],
          [1, '#666e73', 0.4],
        ],
      ),
    )}<path d="${grip}${hole}" fill="${main}" fill-rule="evenodd"/><path d="${grip}${hole}" fill="${paint.linear(
      [-90, 40],
      [60, 280],
      [
        [0, '#ffffff', 0.32],
        [0.5, '#ffffff', 0],
        [1, '#000000', 0.3],
      ],
    )}" fill-rule="evenodd"/></g>`;
  };
  const both = half(-1) + half(1);
  paint.add(
    `<g transform="rotate(${n(random.between(20, 44))} 500 500)"><g transform="translate(14 20)" opacity="0.16" style="filter:none">${both.replace(/fill="[^"]+"/g, 'fill="#2b2118"')}</g>${both}`,
  );
  paint.add(ellipse([500, 470], 15, 15, '#9aa0a4'), ellipse([497, 467], 7, 7, '#e6e9ea'), '</g>');
}

function drawCards(paint: Paint, look: Look): void {
  const { random, main, accent } = look;
  const envelope = { x: 210, y: 420, width: 500, height: 350 };
  paint.add('<g transform="rotate(-9 500 500)">');
  dropShadow(paint, roundedBox(envelope, 8), 20);
  paint.add(
    path(roundedBox(envelope, 8), mix(main, '#f6efe2', 0.45)),
    path(`M210 428L460 610L710 428`, 'none', { stroke: shade(main, -0.05), 'stroke-width': 4 }),
    path(roundedBox(envelope, 8), flatLight(paint, envelope, 'matte')),
    '</g>',
  );
  for (const [at, turn] of [
    [0, 4],
    [1, 12],
  ] as const) {
    const card = { x: 360 + at * 24, y: 190 + at * 30, width: 370, height: 500 };
    const outline = roundedBox(card, 8);
    paint.add(`<g transform="rotate(${turn} 540 440)">`);
    dropShadow(paint, outline, 16);
    const own = at === 0 ? { ...look, main: accent, accent: main } : look;
    flatFace(paint, outline, card, {
      ...own,
      pattern: at === 0 ? 'plain' : look.pattern === 'plain' ? random.pick(['leaves', 'arches', 'dots']) : look.pattern,
    });
    paint.add('</g>');
  }
}

export const stationery = {
  notebook: { stance: 'flat', zoom: 1.06, draw: drawNotebook },
  planner: { stance: 'flat', zoom: 1.08, draw: drawPlanner },
  pen: { stance: 'flat', draw: drawPen },
  penPot: { stance: 'standing', footprint: 120, zoom: 1.4, draw: drawPenPot },
  scissors: { stance: 'flat', draw: drawScissors },
  cards: { stance: 'flat', draw: drawCards },
} satisfies Record<string, Shape>;
