import { mix, shade } from '../colour.ts';
import { floor, type Look, type Shape } from '../look.ts';
import { ellipse, line, n, type Paint, path, roundedBox } from '../paint.ts';
import { corners, grain } from '../pattern.ts';
import { dropShadow } from '../scene.ts';
import { flatFace, flatLight, reflection, roundLight } from '../surface.ts';
import { boxOf, opening, outlineOf, type Turned, turnedBody } from '../turned.ts';
import { drawGlass, loop } from './tableware.ts';

const oak = '#c39a66';

/** A turned knob: of lids, drawers, mills. */
function knob(paint: Paint, [x, y]: readonly [number, number], size: number, look: Look): void {
  const turned: Turned = {
    centre: x,
    profile: [
      [size * 0.7, y - size * 1.5],
      [size, y - size],
      [size * 0.5, y - size * 0.2],
      [size * 0.6, y + 4],
    ],
  };
  turnedBody(paint, turned, { ...look, pattern: 'plain' });
}

function drawTeapot(paint: Paint, look: Look): void {
  const { random, main, accent } = look;
  const half = random.between(180, 205);
  const height = random.between(260, 320);
  const top = floor - height;
  const spout = `M${n(500 - half * 0.7)} ${n(floor - height * 0.28)}C${n(500 - half * 1.5)} ${n(floor - height * 0.36)} ${n(500 - half * 1.2)} ${n(top + 40)} ${n(500 - half * 1.62)} ${n(top + 22)}l40 -14C${n(500 - half * 1.05)} ${n(top + 30)} ${n(500 - half * 1.05)} ${n(top + height * 0.3)} ${n(500 - half * 0.7)} ${n(top + height * 0.3)}z`;
  paint.add(
    path(spout, shade(main, -0.03)),
    path(
      spout,
      paint.linear(
        [500 - half * 1.6, top],
        [500 - half * 0.7, floor],
        [
          [0, '#ffffff', 0.25],
          [1, '#1d140c', 0.22],
        ],
      ),
    ),
  );
  const isBail = random.chance(0.4);
  if (isBail)
    loop(
      paint,
      `M${n(500 - half * 0.72)} ${n(top + 40)}C${n(500 - half * 0.8)} ${n(top - 190)} ${n(500 + half * 0.8)} ${n(top - 190)} ${n(500 + half * 0.72)} ${n(top + 40)}`,
      accent,
      15,
    );
  else
    loop(
      paint,
      `M${n(500 + half * 0.82)} ${n(top + 60)}c120 -30 130 ${n(height * 0.58)} ${n(-10)} ${n(height * 0.5)}`,
      main,
      24,
    );
  const body: Turned = {
    profile: [
      [half * 0.5, top + 12],
      [half * 0.86, top + height * 0.22],
      [half, top + height * 0.58],
      [half * 0.84, floor - 30],
      [half * 0.62, floor - 6],
    ],
  };
  turnedBody(paint, body, look);
  const lid: Turned = {
    profile: [
      [half * 0.1, top - 14],
      [half * 0.36, top - 4],
      [half * 0.54, top + 20],
    ],
  };
  turnedBody(paint, lid, { ...look, pattern: 'plain', main: random.chance(0.3) ? accent : main });
  knob(paint, [500, top - 12], 20, { ...look, main: random.chance(0.5) ? oak : main });
  reflection(
    paint,
    `M${n(500 - half * 0.6)} ${n(top + height * 0.36)}q-22 50 0 ${n(height * 0.34)}h20q-16 -50 0 ${n(-height * 0.34)}z`,
    look.finish,
  );
}

function drawDripper(paint: Paint, look: Look): void {
  const { random, main } = look;
  const rim = random.between(160, 180);
  drawGlass(paint, { ...look, main: '#6b4128', pattern: 'plain' }, { centre: 500, half: 118, height: 240 });
  const y = floor - 240;
  paint.add(ellipse([500, y - 4], 150, 22, shade(main, -0.12)), ellipse([500, y - 12], 150, 22, main));
  loop(paint, `M620 ${n(y - 150)}c92 -6 84 96 -34 100`, main, 18);
  const cone: Turned = {
    tilt: 0.16,
    profile: [
      [rim, y - 190],
      [rim * 0.66, y - 90],
      [62, y - 12],
    ],
  };
  turnedBody(paint, cone, look);
  opening(paint, [500, y - 190], rim, look, { tilt: 0.16, inside: '#f3ece1' });
  paint.add(ellipse([500, y - 178], rim * 0.72, rim * 0.09, '#5a3a24'));
}

function drawKettle(paint: Paint, look: Look): void {
  const { random, main, accent } = look;
  const half = random.between(175, 205);
  const height = random.between(250, 300);
  const top = floor - height;
  const isGooseneck = random.chance(0.6);
  const spout = isGooseneck
    ? `M${n(500 - half * 0.88)} ${n(floor - 60)}c-110 -10 -70 -190 -150 -${n(height * 0.82)}`
    : `M${n(500 - half * 0.8)} ${n(top + height * 0.5)}L${n(500 - half * 1.35)} ${n(top + 36)}`;
  loop(paint, spout, shade(main, -0.03), isGooseneck ? 24 : 44);
  const handle = random.chance(0.5)
    ? `M${n(500 - half * 0.5)} ${n(top + 20)}C${n(500 - half * 0.6)} ${n(top - 200)} ${n(500 + half * 0.9)} ${n(top - 180)} ${n(500 + half * 0.62)} ${n(top + 40)}`
    : `M${n(500 + half * 0.6)} ${n(top + 26)}c190 -40 170 120 110 ${n(height * 0.62)}`;
  loop(paint, handle, random.chance(0.6) ? oak : '#2b2a29', 26);
  const body: Turned = {
    profile: [
      [half * 0.52, top],
      [half * 0.72, top + height * 0.22],
      [half, floor - height * 0.2],
      [half * 0.98, floor - 8],
    ],
  };
  turnedBody(paint, body, { ...look, pattern: 'plain' });
  turnedBody(
    paint,
    {
      profile: [
        [half * 0.12, top - 20],
        [half * 0.4, top - 10],
        [half * 0.53, top + 6],
      ],
    },
    { ...look, pattern: 'plain', main: random.chance(0.3) ? accent : main },
  );
  knob(paint, [500, top - 18], 22, { ...look, main: oak, finish: 'wood' });
  reflection(
    paint,
    `M${n(500 - half * 0.62)} ${n(floor - height * 0.6)}q-26 60 -28 ${n(height * 0.4)}h22q6 -70 24 ${n(-height * 0.4)}z`,
    look.finish,
  );
}

function drawCasserole(paint: Paint, look: Look): void {
  const { random, main, accent } = look;
  const half = random.between(250, 285);
  const height = random.between(190, 250);
  const top = floor - height;
  for (const side of [-1, 1]) {
    const x = 500 + side * (half - 6);
    loop(paint, `M${n(x)} ${n(top + 40)}c${n(side * 62)} -6 ${n(side * 62)} 58 0 56`, main, 24);
  }
  turnedBody(
    paint,
    {
      tilt: 0.1,
      profile: [
        [half, top],
        [half, floor - 70],
        [half * 0.93, floor - 8],
      ],
    },
    look,
  );
  const lid: Turned = {
    tilt: 0.1,
    profile: [
      [half * 0.2, top - 66],
      [half * 0.72, top - 46],
      [half * 1.02, top - 6],
      [half * 1.02, top + 8],
    ],
  };
  turnedBody(paint, lid, { ...look, pattern: 'plain' });
  knob(paint, [500, top - 66], 30, { ...look, main: random.chance(0.5) ? '#b8924a' : accent, finish: 'metal' });
  reflection(paint, `M${n(500 - half * 0.72)} ${n(top + 60)}v${n(height * 0.5)}h20v${n(-height * 0.5)}z`, look.finish);
}

function drawPan(paint: Paint, look: Look): void {
  const { random, main, accent } = look;
  const radius = random.between(225, 255);
  const [x, y] = [420, 540];
  const handle = roundedBox({ x: x + radius - 14, y: y - 26, width: 330, height: 52 }, 24);
  const tilt = 'rotate(-18 420 540)';
  const disc = `M${x - radius} ${y}a${n(radius)} ${n(radius)} 0 1 0 ${n(radius * 2)} 0a${n(radius)} ${n(radius)} 0 1 0 ${n(-radius * 2)} 0z`;
  paint.add(`<g transform="${tilt}">`);
  dropShadow(paint, `${disc}${handle}`, 26);
  const wood = random.chance(0.5) ? oak : '#2b2a29';
  paint.add(
    path(handle, wood),
    path(
      handle,
      paint.linear(
        [0, y - 26],
        [0, y + 26],
        [
          [0, '#ffffff', 0.3],
          [0.5, '#ffffff', 0],
          [1, '#000000', 0.3],
        ],
      ),
    ),
  );
  paint.add(ellipse([x + radius + 286, y], 10, 10, mix(accent, '#e9e4dc', 0.8)));
  paint.add(
    path(disc, main),
    path(
      disc,
      paint.linear(
        [x - radius, y - radius],
        [x + radius, y + radius],
        [
          [0, '#ffffff', 0.4],
          [0.5, '#ffffff', 0],
          [1, '#000000', 0.35],
        ],
      ),
    ),
  );
  paint.add(
    ellipse([x, y], radius - 22, radius - 22, '#35342f'),
    ellipse(
      [x, y],
      radius - 22,
      radius - 22,
      paint.radial([x - 70, y - 90], radius * 1.3, [
        [0, '#ffffff', 0.3],
        [0.5, '#ffffff', 0.04],
        [1, '#000000', 0.3],
      ]),
    ),
  );
  paint.add(
    `<circle cx="${x}" cy="${y}" r="${n(radius - 52)}" fill="none" stroke="#ffffff" stroke-opacity="0.08" stroke-width="3"/></g>`,
  );
}

function drawKnife(paint: Paint, look: Look): void {
  const { random, main } = look;
  const length = random.between(400, 470);
  const depth = random.between(62, 92);
  const [x, y] = [330, 500];
  const blade = `M${x} ${y - 22}h${n(length * 0.7)}q${n(length * 0.22)} 6 ${n(length * 0.3)} ${n(depth)}q${n(-length * 0.4)} 16 ${n(-length)} ${n(22 - 22 + 14)}z`;
  const grip = `M${x + 6} ${y - 26}h-210q-52 0 -56 40q2 44 44 42l222 -10z`;
  paint.add(`<g transform="rotate(${n(random.between(-32, -20))} 500 500)">`);
  dropShadow(paint, `${blade}${grip}`, 20);
  paint.add(
    path(blade, '#c9cdd0'),
    path(
      blade,
      paint.linear(
        [x, y - 30],
        [x + 60, y + depth],
        [
          [0, '#ffffff', 0.7],
          [0.4, '#8f979c', 0.35],
          [0.62, '#ffffff', 0.5],
          [1, '#6f777c', 0.5],
        ],
      ),
    ),
  );
  paint.add(
    line(`M${x + 20} ${y + 40}q${n(length * 0.5)} 16 ${n(length * 0.92)} ${n(depth - 64)}`, '#ffffff', 3, {
      opacity: 0.6,
    }),
  );
  const box = { x: x - 270, y: y - 30, width: 290, height: 90 };
  paint.add(
    path(grip, main),
    paint.within(grip, look.finish === 'wood' ? grain(box, look) : ''),
    path(grip, flatLight(paint, box, 'gloss')),
  );
  for (const at of [-50, -120, -190]) paint.add(ellipse([x + at, y + 12], 8, 8, '#d9cfae'));
  paint.add('</g>');
}

function drawBoard(paint: Paint, look: Look): void {
  const { random, main } = look;
  const width = random.between(330, 430);
  const height = random.between(460, 540);
  const box = { x: 500 - width / 2, y: 560 - height / 2, width, height };
  const isRound = random.chance(0.3);
  const face = isRound
    ? `M${n(500 - width * 0.56)} 560a${n(width * 0.56)} ${n(width * 0.56)} 0 1 0 ${n(width * 1.12)} 0a${n(width * 0.56)} ${n(width * 0.56)} 0 1 0 ${n(-width * 1.12)} 0z`
    : roundedBox(box, random.between(20, 60));
  const grip = roundedBox({ x: 462, y: (isRound ? 560 - width * 0.56 : box.y) - 130, width: 76, height: 190 }, 38);
  paint.add(`<g transform="rotate(${n(random.between(-12, 12))} 500 520)">`);
  dropShadow(paint, `${face}${grip}`, 26);
  for (const part of [grip, face]) paint.add(path(part, main));
  const whole = { x: 200, y: 100, width: 600, height: 820 };
  paint.add(
    paint.within(grip, grain({ ...whole, x: 450, width: 100 }, look, true)),
    paint.within(face, grain(whole, look, true)),
  );
  if (look.pattern === 'stripes')
    for (const at of [0.25, 0.5, 0.75])
      paint.add(
        paint.within(
          face,
          path(corners({ x: box.x + width * at - 18, y: 0, width: 36, height: 1000 }), shade(main, -0.2)),
        ),
      );
  paint.add(path(face, flatLight(paint, box, 'wood')), path(grip, flatLight(paint, box, 'wood')));
  const hole = (isRound ? 560 - width * 0.56 : box.y) - 86;
  paint.add(ellipse([500, hole], 17, 17, '#e9e3d9'), ellipse([502, hole + 3], 15, 15, '#cfc5b8'));
  paint.add('</g>');
}

function drawTowel(paint: Paint, look: Look): void {
  const { random, main } = look;
  const width = random.between(310, 370);
  const box = { x: 500 - width / 2, y: 210, width, height: random.between(560, 620) };
  paint.add(line(`M170 214H830`, '#b39b7c', 26), line('M170 208H830', '#ffffff', 5, { opacity: 0.35 }));
  const cloth = `M${n(box.x)} 204h${n(width)}l8 ${n(box.height)}q${n(-width * 0.25)} 22 ${n(-width * 0.5)} 4t${n(-width * 0.54)} 2z`;
  dropShadow(paint, cloth, 24);
  flatFace(paint, cloth, box, { ...look, finish: 'fabric' });
  const folds = [0.22, 0.5, 0.78].map((at) =>
    line(
      `M${n(box.x + width * at)} 220q${n(random.between(-16, 16))} 280 ${n(random.between(-8, 8))} ${n(box.height - 24)}`,
      shade(main, -0.1),
      16,
      { opacity: 0.16 },
    ),
  );
  paint.add(
    paint.within(cloth, ...folds),
    line(
      `M${n(box.x + 2)} ${n(box.y + box.height - 26)}q${n(width * 0.26)} 18 ${n(width * 0.52)} 4t${n(width * 0.48)} 2`,
      shade(main, -0.14),
      2.4,
      { 'stroke-dasharray': '8 7', opacity: 0.7 },
    ),
  );
  paint.add(
    path(
      corners({ x: box.x, y: 196, width, height: 34 }),
      paint.linear(
        [0, 196],
        [0, 232],
        [
          [0, '#ffffff', 0.35],
          [1, '#1d140c', 0.16],
        ],
      ),
    ),
  );
}

function drawApron(paint: Paint, look: Look): void {
  const { main, accent } = look;
  const cloth = 'M388 290Q500 320 612 290L640 440Q662 500 716 510L728 842Q500 870 272 842L284 510Q338 500 360 440z';
  const box = { x: 270, y: 280, width: 460, height: 580 };
  paint.add(ellipse([500, 168], 14, 14, '#8b7a63'), line('M394 296Q430 178 500 172Q570 178 606 296', accent, 15));
  dropShadow(paint, cloth, 20);
  flatFace(paint, cloth, box, { ...look, finish: 'fabric' });
  for (const side of [-1, 1]) paint.add(line(`M${500 + side * 214} 520q${side * 70} 40 ${side * 60} 150`, accent, 12));
  const pocket = 'M372 600H628V716Q626 748 596 750H404Q374 748 372 716z';
  paint.add(
    path(pocket, main),
    path(pocket, flatLight(paint, box, 'fabric')),
    line(pocket, shade(main, -0.16), 3, { 'stroke-dasharray': '9 7' }),
    line('M500 604v142', shade(main, -0.16), 3, { 'stroke-dasharray': '9 7' }),
  );
  paint.add(
    paint.within(
      cloth,
      line('M420 320q-20 260 -40 520', shade(main, -0.12), 22, { opacity: 0.14 }),
      line('M600 330q16 240 40 510', shade(main, -0.12), 26, { opacity: 0.16 }),
    ),
  );
}

function drawJar(paint: Paint, look: Look): void {
  const { random, main } = look;
  const half = random.between(130, 155);
  const height = random.between(260, 380);
  const top = floor - height;
  turnedBody(
    paint,
    {
      tilt: 0.12,
      profile: [
        [half, top],
        [half, floor - 40],
        [half * 0.94, floor - 8],
      ],
    },
    look,
  );
  const wood = { ...look, main: random.chance(0.6) ? oak : main, pattern: 'plain', finish: 'wood' } as const;
  const lid: Turned = {
    tilt: 0.12,
    profile: [
      [half * 1.03, top - 44],
      [half * 1.03, top + 2],
    ],
  };
  turnedBody(paint, lid, wood);
  paint.add(ellipse([500, top - 44], half * 1.03, half * 0.124, shade(wood.main, 0.06)));
  if (random.chance(0.5)) knob(paint, [500, top - 46], 26, wood);
  const label = roundedBox({ x: 430, y: top + height * 0.36, width: 140, height: 86 }, 8);
  if (random.chance(0.45))
    paint.add(
      path(label, '#f5f0e6', { opacity: 0.92 }),
      line(`M456 ${n(top + height * 0.36 + 34)}h88M474 ${n(top + height * 0.36 + 54)}h52`, '#6b5f52', 4),
    );
  reflection(paint, `M${n(500 - half * 0.72)} ${n(top + 50)}v${n(height * 0.6)}h18v${n(-height * 0.6)}z`, look.finish);
}

function drawMill(paint: Paint, look: Look): void {
  const { random, main } = look;
  const height = random.between(400, 480);
  const half = random.between(70, 88);
  const top = floor - height;
  const waist = random.between(0.5, 0.72);
  const body: Turned = {
    profile: [
      [half * 0.86, top + 110],
      [half * waist, top + height * 0.42],
      [half * 0.8, top + height * 0.66],
      [half, floor - 10],
    ],
  };
  turnedBody(paint, body, look);
  paint.add(paint.within(outlineOf(body), look.finish === 'wood' ? grain(boxOf(body), look, true) : ''));
  turnedBody(
    paint,
    {
      profile: [
        [half * 0.4, top + 8],
        [half * 0.92, top + 46],
        [half * 0.86, top + 100],
      ],
    },
    { ...look, pattern: 'plain', main: random.chance(0.4) ? look.accent : main },
  );
  const metal = { x: 500 - half, y: top, width: half * 2, height: 10 };
  paint.add(
    path(corners({ x: 500 - half * 0.84, y: top + 98, width: half * 1.68, height: 12 }), '#b9bdc1'),
    path(
      corners({ x: 500 - half * 0.84, y: top + 98, width: half * 1.68, height: 12 }),
      roundLight(paint, metal, 'metal'),
    ),
  );
  knob(paint, [500, top + 8], 18, { ...look, main: '#b9bdc1', finish: 'metal' });
}

export const kitchen = {
  teapot: { stance: 'standing', footprint: 200, zoom: 1.3, draw: drawTeapot },
  dripper: { stance: 'standing', footprint: 130, zoom: 1.3, draw: drawDripper },
  kettle: { stance: 'standing', footprint: 210, zoom: 1.22, draw: drawKettle },
  casserole: { stance: 'standing', footprint: 270, zoom: 1.25, draw: drawCasserole },
  pan: { stance: 'flat', zoom: 1.05, draw: drawPan },
  knife: { stance: 'flat', draw: drawKnife },
  board: { stance: 'flat', zoom: 1.05, draw: drawBoard },
  towel: { stance: 'hanging', draw: drawTowel },
  apron: { stance: 'hanging', draw: drawApron },
  jar: { stance: 'standing', footprint: 150, zoom: 1.4, draw: drawJar },
  mill: { stance: 'standing', footprint: 90, zoom: 1.25, draw: drawMill },
} satisfies Record<string, Shape>;
