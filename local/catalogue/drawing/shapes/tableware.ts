import { mix, shade } from '../colour.ts';
import { floor, type Look, type Shape } from '../look.ts';
import { ellipse, ellipsePath, line, n, type Paint, path } from '../paint.ts';
import { edgeOf, reflection, roundLight } from '../surface.ts';
import { patternOn } from '../pattern.ts';
import { boxOf, opening, outlineOf, type Turned, turnedBody } from '../turned.ts';

/** A handle: a thick line in the colour of the body, with a lit edge. */
export function loop(paint: Paint, d: string, colour: string, width: number): void {
  paint.add(line(d, edgeOf(colour), width + 3), line(d, colour, width));
  paint.add(
    line(d, '#ffffff', width * 0.24, { opacity: 0.26, transform: `translate(${n(-width * 0.16)} ${n(-width * 0.2)})` }),
  );
}

function drawMug(paint: Paint, look: Look): void {
  const { random, main, finish } = look;
  const height = random.between(300, 400);
  const half = random.between(135, 170);
  const foot = half * random.between(0.72, 1);
  const top = floor - height;
  const side = random.chance(0.8) ? 1 : -1;
  const reach = random.between(84, 116);
  const [high, low] = [top + height * random.between(0.16, 0.24), top + height * random.between(0.68, 0.8)];
  const x = 500 + side * (half - 8);
  const ear = `M${n(x)} ${n(high)}C${n(x + side * reach * 1.3)} ${n(high - 12)} ${n(x + side * reach * 1.3)} ${n(low + 6)} ${n(500 + side * (foot + (half - foot) * 0.3 - 8))} ${n(low)}`;
  loop(paint, ear, finish === 'gloss' && random.chance(0.3) ? look.accent : main, random.between(26, 36));
  const belly = random.chance(0.4) ? half * 1.05 : half * 0.5 + foot * 0.5;
  const body: Turned = {
    profile: [
      [half, top],
      [belly, top + height * 0.5],
      [foot, floor - 26],
      [foot * 0.9, floor - 6],
    ],
  };
  turnedBody(paint, body, look);
  opening(paint, [500, top], half, look, { inside: random.chance(0.5) ? '#f3eee6' : shade(main, -0.1) });
  if (random.chance(0.5))
    paint.add(
      ellipse([500, top + 14], half - 16, (half - 16) * 0.1, '#4a2e1d'),
      ellipse([480, top + 12], half * 0.5, half * 0.03, '#8a5e3c', { opacity: 0.5 }),
    );
  reflection(
    paint,
    `M${n(500 - half * 0.66)} ${n(top + 60)}q-8 ${n(height * 0.35)} 6 ${n(height * 0.6)}h18q-12 ${n(-height * 0.3)} -4 ${n(-height * 0.6)}z`,
    finish,
  );
}

function drawCup(paint: Paint, look: Look): void {
  const { random, main } = look;
  const saucer = random.between(205, 240);
  const y = floor - 26;
  paint.add(ellipse([500, y + 14], saucer, saucer * 0.2, shade(main, -0.14)));
  paint.add(
    ellipse([500, y], saucer, saucer * 0.2, main),
    ellipse(
      [500, y],
      saucer,
      saucer * 0.2,
      roundLight(paint, { x: 500 - saucer, y, width: saucer * 2, height: 1 }, look.finish),
    ),
  );
  paint.add(ellipse([500, y + 6], saucer * 0.56, saucer * 0.1, shade(main, -0.1)));
  const half = random.between(118, 140);
  const height = random.between(170, 215);
  const top = y - height;
  const ear = `M${n(500 + half - 12)} ${n(top + 34)}c92 -18 92 ${n(height * 0.55)} ${n(-half * 0.2)} ${n(height * 0.52)}`;
  loop(paint, ear, main, 20);
  turnedBody(
    paint,
    {
      profile: [
        [half, top],
        [half * 0.98, top + height * 0.45],
        [half * 0.7, y - 24],
        [half * 0.46, y],
      ],
    },
    look,
  );
  opening(paint, [500, top], half, look, { inside: '#efe8dc' });
  paint.add(
    ellipse([500, top + 10], half - 15, (half - 15) * 0.11, '#3d2416'),
    ellipse([490, top + 9], half * 0.6, half * 0.05, '#a8734a', { opacity: 0.75 }),
  );
}

function drawPlate(paint: Paint, look: Look): void {
  const { random, main, accent } = look;
  const radius = random.between(300, 335);
  const centre = [500, 520] as const;
  const tilt = random.between(0.86, 0.98);
  for (let step = 1; step <= 6; step++)
    paint.add(
      ellipse([500 + step * 4, 520 + step * 7], radius + 10 - step, (radius + 10 - step) * tilt, '#2b2118', {
        opacity: 0.05,
      }),
    );
  const outline = ellipsePath(centre, radius, radius * tilt);
  const box = { x: 500 - radius, y: 520 - radius * tilt, width: radius * 2, height: radius * 2 * tilt };
  paint.add(path(outline, main));
  if (!['dip', 'bands', 'ribs'].includes(look.pattern)) paint.add(paint.within(outline, patternOn(box, look, 0)));
  if (look.pattern === 'bands')
    for (const ring of [0.95, 0.86, 0.8])
      paint.add(
        `<ellipse cx="500" cy="520" rx="${n(radius * ring)}" ry="${n(radius * ring * tilt)}" fill="none" stroke="${accent}" stroke-width="${n(random.between(3, 10))}"/>`,
      );
  if (look.pattern === 'dip') paint.add(ellipse(centre, radius * 0.68, radius * 0.68 * tilt, accent));
  if (look.pattern === 'ribs')
    for (let ring = 0.72; ring < 0.98; ring += 0.045)
      paint.add(
        `<ellipse cx="500" cy="520" rx="${n(radius * ring)}" ry="${n(radius * ring * tilt)}" fill="none" stroke="${shade(main, -0.1)}" stroke-width="3" opacity="0.55"/>`,
      );
  paint.add(
    path(
      outline,
      paint.linear(
        [240, 260],
        [760, 800],
        [
          [0, '#ffffff', 0.4],
          [0.5, '#ffffff', 0],
          [1, '#1d140c', 0.2],
        ],
      ),
    ),
  );
  const well = radius * 0.68;
  const inner = paint.linear(
    [300, 320],
    [700, 740],
    [
      [0, '#1d140c', 0.22],
      [0.5, '#1d140c', 0.02],
      [1, '#ffffff', 0.35],
    ],
  );
  paint.add(
    `<ellipse cx="500" cy="520" rx="${n(well)}" ry="${n(well * tilt)}" fill="none" stroke="${inner}" stroke-width="12"/>`,
  );
  paint.add(
    `<ellipse cx="500" cy="520" rx="${n(radius - 3)}" ry="${n((radius - 3) * tilt)}" fill="none" stroke="${mix(main, '#ffffff', 0.5)}" stroke-width="5" opacity="0.7"/>`,
  );
}

function drawBowl(paint: Paint, look: Look): void {
  const { random, main } = look;
  const half = random.between(250, 300);
  const height = random.between(200, 280);
  const top = floor - height;
  const foot = half * random.between(0.34, 0.46);
  const tilt = random.between(0.2, 0.27);
  const body: Turned = {
    tilt,
    profile: [
      [half, top],
      [half * 0.93, top + height * 0.38],
      [half * 0.66, floor - height * 0.24],
      [foot * 1.04, floor - 26],
      [foot, floor - 8],
    ],
  };
  turnedBody(paint, body, look);
  opening(paint, [500, top], half, look, {
    tilt,
    rim: 9,
    inside: random.chance(0.5) ? mix(main, '#f5efe4', 0.75) : shade(main, -0.08),
  });
  paint.add(ellipse([500, top + half * tilt * 0.42], half * 0.62, half * tilt * 0.42, '#ffffff', { opacity: 0.13 }));
}

function drawTumbler(paint: Paint, look: Look): void {
  const { random } = look;
  const half = random.between(86, 104);
  const height = random.between(250, 330);
  const pair = random.chance(0.6) ? [390, 610] : [500];
  for (const centre of pair) drawGlass(paint, look, { centre, half, height });
}

export function drawGlass(
  paint: Paint,
  look: Look,
  { centre, half, height }: { centre: number; half: number; height: number },
): void {
  const top = floor - height;
  const foot = half * 0.86;
  const glass: Turned = {
    centre,
    tilt: 0.16,
    profile: [
      [half, top],
      [half * 0.97, top + height * 0.4],
      [foot, floor - 8],
    ],
  };
  const outline = outlineOf(glass);
  paint.add(path(outline, mix(look.main, '#ffffff', 0.3), { opacity: 0.46 }));
  if (look.pattern === 'ribs') paint.add(group45(paint.within(outline, patternOn(boxOf(glass), look, 0))));
  const surface = top + height * 0.34;
  const drink: Turned = {
    centre,
    tilt: 0.16,
    profile: [
      [half * 0.93, surface],
      [foot * 0.94, floor - 22],
    ],
  };
  paint.add(
    path(outlineOf(drink), look.main, { opacity: 0.34 }),
    ellipse([centre, surface], half * 0.93, half * 0.93 * 0.16, mix(look.main, '#ffffff', 0.5), { opacity: 0.75 }),
  );
  paint.add(path(outline, roundLight(paint, boxOf(glass), 'glass')));
  paint.add(ellipse([centre, floor - 14], foot * 0.92, foot * 0.15, '#ffffff', { opacity: 0.4 }));
  paint.add(
    `<ellipse cx="${n(centre)}" cy="${n(top)}" rx="${n(half)}" ry="${n(half * 0.16)}" fill="#ffffff" fill-opacity="0.25" stroke="#ffffff" stroke-opacity="0.85" stroke-width="4"/>`,
  );
  paint.add(
    path(
      `M${n(centre - half * 0.72)} ${n(top + 40)}l${n(half * 0.06)} ${n(height * 0.7)}h12l-4 ${n(-height * 0.7)}z`,
      '#ffffff',
      { opacity: 0.55 },
    ),
  );
}

const group45 = (elements: string) => `<g opacity="0.5">${elements}</g>`;

function drawCarafe(paint: Paint, look: Look): void {
  const { random } = look;
  const height = random.between(440, 520);
  const belly = random.between(130, 165);
  const neck = random.between(46, 62);
  const top = floor - height;
  const shape: Turned = {
    tilt: 0.14,
    profile: [
      [neck * 1.25, top],
      [neck, top + height * 0.2],
      [neck * 1.15, top + height * 0.36],
      [belly * 0.9, top + height * 0.62],
      [belly, floor - height * 0.2],
      [belly * 0.9, floor - 10],
    ],
  };
  const outline = outlineOf(shape);
  paint.add(path(outline, mix(look.main, '#ffffff', 0.35), { opacity: 0.5 }));
  const level = top + height * random.between(0.5, 0.6);
  paint.add(
    paint.within(
      outline,
      path(`M0 ${n(level)}H1000V1000H0z`, look.main, { opacity: 0.38 }),
      look.pattern === 'ribs' ? group45(patternOn(boxOf(shape), look, 0)) : '',
    ),
  );
  paint.add(path(outline, roundLight(paint, boxOf(shape), 'glass')));
  paint.add(
    `<ellipse cx="500" cy="${n(top)}" rx="${n(neck * 1.25)}" ry="${n(neck * 0.18)}" fill="#ffffff" fill-opacity="0.3" stroke="#ffffff" stroke-opacity="0.85" stroke-width="4"/>`,
  );
  if (random.chance(0.55)) {
    const cork: Turned = {
      tilt: 0.14,
      profile: [
        [neck * 1.02, top - 54],
        [neck * 1.05, top - 30],
        [neck * 0.92, top + 22],
      ],
    };
    turnedBody(paint, cork, { ...look, main: '#c79a6b', pattern: 'speckle', finish: 'matte' });
    paint.add(ellipse([500, top - 54], neck * 1.02, neck * 0.14, '#d8b186'));
  }
  paint.add(
    path(
      `M${n(500 - belly * 0.66)} ${n(floor - height * 0.3)}q-4 70 14 ${n(height * 0.22)}h16q-20 -60 -12 ${n(-height * 0.22)}z`,
      '#ffffff',
      { opacity: 0.55 },
    ),
  );
}

export const tableware = {
  mug: { stance: 'standing', footprint: 165, zoom: 1.4, draw: drawMug },
  cup: { stance: 'standing', footprint: 230, zoom: 1.42, draw: drawCup },
  plate: { stance: 'flat', draw: drawPlate },
  bowl: { stance: 'standing', footprint: 175, zoom: 1.2, draw: drawBowl },
  tumbler: { stance: 'standing', footprint: 175, zoom: 1.5, draw: drawTumbler },
  carafe: { stance: 'standing', footprint: 155, zoom: 1.2, draw: drawCarafe },
} satisfies Record<string, Shape>;
