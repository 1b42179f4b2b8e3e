import { mix, shade } from '../colour.ts';
import { floor, type Look, type Shape } from '../look.ts';
import { ellipse, line, n, type Paint, path, polygon, roundedBox } from '../paint.ts';
import { grain } from '../pattern.ts';
import { dropShadow } from '../scene.ts';
import { flatFace, reflection, roundBody } from '../surface.ts';
import { type Turned, turnedBody } from '../turned.ts';
import { loop } from './tableware.ts';

const leather = '#8a5a3a';

function drawBackpack(paint: Paint, look: Look): void {
  const { random, main, accent } = look;
  const half = random.between(165, 190);
  const top = floor - random.between(440, 480);
  const isRoll = random.chance(0.45);
  for (const side of [-1, 1])
    paint.add(
      line(
        `M${n(500 + side * half * 0.7)} ${n(top + 60)}C${n(500 + side * half * 1.4)} ${n(top + 160)} ${n(500 + side * half * 1.36)} ${n(floor - 120)} ${n(500 + side * half * 0.9)} ${n(floor - 40)}`,
        shade(accent, -0.1),
        26,
      ),
    );
  loop(paint, `M450 ${n(top + 14)}c0 -66 100 -66 100 0`, accent, 13);
  const body = `M${n(500 - half)} ${n(floor - 36)}L${n(500 - half * 0.94)} ${n(top + 110)}Q${n(500 - half * 0.9)} ${n(top)} ${n(500 - half * 0.4)} ${n(top)}H${n(500 + half * 0.4)}Q${n(500 + half * 0.9)} ${n(top)} ${n(500 + half * 0.94)} ${n(top + 110)}L${n(500 + half)} ${n(floor - 36)}Q${n(500 + half)} ${floor} ${n(500 + half - 40)} ${floor}H${n(500 - half + 40)}Q${n(500 - half)} ${floor} ${n(500 - half)} ${n(floor - 36)}z`;
  roundBody(
    paint,
    body,
    { x: 500 - half, y: top, width: half * 2, height: floor - top },
    { ...look, finish: 'fabric' },
  );
  const flap = isRoll
    ? roundedBox({ x: 500 - half * 0.96, y: top - 26, width: half * 1.92, height: 88 }, 40)
    : `M${n(500 - half * 0.95)} ${n(top + 60)}Q500 ${n(top - 60)} ${n(500 + half * 0.95)} ${n(top + 60)}V${n(top + 150)}Q500 ${n(top + 200)} ${n(500 - half * 0.95)} ${n(top + 150)}z`;
  roundBody(
    paint,
    flap,
    { x: 500 - half, y: top, width: half * 2, height: 150 },
    { ...look, main: shade(main, 0.04), pattern: 'plain', finish: 'fabric' },
  );
  paint.add(line(flap, shade(main, -0.14), 3, { 'stroke-dasharray': '10 8', opacity: 0.7 }));
  const pocket = roundedBox({ x: 500 - half * 0.66, y: floor - 190, width: half * 1.32, height: 150 }, 26);
  roundBody(
    paint,
    pocket,
    { x: 500 - half * 0.66, y: floor - 190, width: half * 1.32, height: 150 },
    { ...look, main: random.chance(0.4) ? accent : shade(main, 0.02), pattern: 'plain', finish: 'fabric' },
  );
  paint.add(line(`M${n(500 - half * 0.5)} ${n(floor - 150)}H${n(500 + half * 0.5)}`, shade(main, -0.22), 5));
  for (const side of [-1, 1]) {
    paint.add(
      path(roundedBox({ x: 500 + side * half * 0.42 - 13, y: top + 40, width: 26, height: 200 }, 8), leather),
      path(roundedBox({ x: 500 + side * half * 0.42 - 19, y: top + 176, width: 38, height: 32 }, 6), '#c8a45c'),
    );
  }
}

function drawBottle(paint: Paint, look: Look): void {
  const { random, main, accent } = look;
  const half = random.between(92, 112);
  const height = random.between(410, 480);
  const top = floor - height;
  const shoulder = top + random.between(90, 130);
  const body: Turned = {
    profile: [
      [half * 0.5, top + 36],
      [half * 0.54, top + 58],
      [half * 0.96, shoulder],
      [half, shoulder + 50],
      [half, floor - 30],
      [half * 0.93, floor - 7],
    ],
  };
  turnedBody(paint, body, look);
  const cap = random.pick(['#2b2a29', accent, '#c39a66', '#b9bdc1']);
  turnedBody(
    paint,
    {
      profile: [
        [half * 0.48, top - 26],
        [half * 0.58, top - 18],
        [half * 0.58, top + 40],
      ],
    },
    { ...look, main: cap, pattern: 'plain' },
  );
  if (random.chance(0.5))
    loop(
      paint,
      `M${n(500 - half * 0.4)} ${n(top - 16)}C${n(500 - half * 0.5)} ${n(top - 96)} ${n(500 + half * 0.5)} ${n(top - 96)} ${n(500 + half * 0.4)} ${n(top - 16)}`,
      cap,
      13,
    );
  reflection(
    paint,
    `M${n(500 - half * 0.7)} ${n(shoulder + 30)}v${n(height * 0.5)}h15v${n(-height * 0.5)}z`,
    look.finish,
  );
  if (random.chance(0.5))
    paint.add(
      ellipse([500, shoulder + 130], 26, 26, 'none', { stroke: mix(main, '#ffffff', 0.7), 'stroke-width': 5 }),
      line(`M488 ${n(shoulder + 140)}l12 -20l12 20z`, mix(main, '#ffffff', 0.7), 4),
    );
}

function drawTent(paint: Paint, look: Look): void {
  const { random, main, accent } = look;
  const half = random.between(290, 320);
  const top = floor - random.between(330, 390);
  const apex = 500 + random.between(-40, 20);
  for (const side of [-1, 1])
    paint.add(
      line(
        `M${n(500 + side * half * 0.7)} ${n(floor - 120)}L${n(500 + side * (half + 110))} ${floor + 6}`,
        '#8d8270',
        3.4,
      ),
    );
  const whole = `M${n(500 - half)} ${floor}Q${n(apex - half * 0.36)} ${n(top + 120)} ${n(apex)} ${n(top)}Q${n(apex + half * 0.5)} ${n(top + 110)} ${n(500 + half)} ${floor}z`;
  flatFace(
    paint,
    whole,
    { x: 500 - half, y: top, width: half * 2, height: floor - top },
    { ...look, finish: 'fabric' },
  );
  const side = `M${n(apex)} ${n(top)}Q${n(apex + half * 0.5)} ${n(top + 110)} ${n(500 + half)} ${floor}H${n(500 + half * 0.2)}Q${n(apex + 60)} ${n(top + 160)} ${n(apex)} ${n(top)}z`;
  paint.add(path(side, '#1d140c', { opacity: 0.2 }));
  const door = `M${n(apex)} ${n(top + 70)}Q${n(500 + half * 0.04)} ${n(top + 200)} ${n(500 + half * 0.12)} ${floor}H${n(500 - half * 0.52)}Q${n(apex - 60)} ${n(top + 220)} ${n(apex)} ${n(top + 70)}z`;
  paint.add(
    path(door, mix(accent, '#ffe3a8', 0.55)),
    path(
      door,
      paint.radial([470, floor - 40], 260, [
        [0, '#fff2cf', 0.9],
        [1, '#5c3b20', 0.3],
      ]),
    ),
  );
  const fold = `M${n(apex)} ${n(top + 70)}Q${n(apex - 60)} ${n(top + 220)} ${n(500 - half * 0.52)} ${floor}h70Q${n(apex - 40)} ${n(top + 240)} ${n(apex)} ${n(top + 70)}z`;
  paint.add(
    path(fold, shade(main, 0.06)),
    line(whole, shade(main, -0.16), 5),
    line(
      `M${n(apex)} ${n(top)}Q${n(apex + 60)} ${n(top + 160)} ${n(500 + half * 0.2)} ${floor}`,
      shade(main, -0.18),
      4,
    ),
  );
}

function drawWateringCan(paint: Paint, look: Look): void {
  const { random, main } = look;
  const half = random.between(140, 165);
  const height = random.between(230, 280);
  const top = floor - height;
  const neck = `M${n(500 - half * 0.8)} ${n(floor - 90)}L${n(500 - half - 190)} ${n(top - 34)}`;
  loop(paint, neck, shade(main, -0.03), 28);
  if (random.chance(0.6))
    paint.add(
      `<g transform="translate(${n(500 - half - 190)} ${n(top - 34)}) rotate(-44)">${path('M-30 24L-54 -34H54L30 24z', main)}${path('M-30 24L-54 -34H54L30 24z', '#1d140c', { opacity: 0.12 })}${ellipse([0, -34], 54, 13, shade(main, -0.16))}</g>`,
    );
  loop(
    paint,
    `M${n(500 + half * 0.4)} ${n(top + 16)}C${n(500 + half * 1.1)} ${n(top - 130)} ${n(500 + half * 2)} ${n(top + 20)} ${n(500 + half * 0.94)} ${n(floor - 70)}`,
    main,
    20,
  );
  loop(
    paint,
    `M${n(500 - half * 0.5)} ${n(top + 16)}C${n(500 - half * 0.4)} ${n(top - 120)} ${n(500 + half * 0.4)} ${n(top - 120)} ${n(500 + half * 0.5)} ${n(top + 16)}`,
    main,
    18,
  );
  turnedBody(
    paint,
    {
      tilt: 0.12,
      isAngular: true,
      profile: [
        [half * 0.84, top],
        [half, floor - 10],
      ],
    },
    look,
  );
  paint.add(
    ellipse([500, top], half * 0.84, half * 0.1, mix(main, '#ffffff', 0.3)),
    path(
      `M${n(500 - half * 0.78)} ${n(top)}a${n(half * 0.78)} ${n(half * 0.08)} 0 1 0 ${n(half * 1.56)} 0a${n(half * 0.78)} ${n(half * 0.08)} 0 1 0 ${n(-half * 1.56)} 0z`,
      shade(main, -0.3),
    ),
  );
  reflection(
    paint,
    `M${n(500 - half * 0.66)} ${n(top + 50)}l-12 ${n(height * 0.5)}h18l10 ${n(-height * 0.5)}z`,
    look.finish,
  );
}

function drawTrowel(paint: Paint, look: Look): void {
  const { random, main, accent } = look;
  const blade = 'M452 470Q440 300 500 190Q560 300 548 470Q500 500 452 470z';
  const grip = roundedBox({ x: 470, y: 570, width: 60, height: 270 }, 28);
  paint.add(`<g transform="rotate(${n(random.between(-40, -22))} 500 500)">`);
  dropShadow(paint, `${blade}${grip}`, 20);
  const steel = random.chance(0.4) ? '#b98a58' : '#aab0b3';
  paint.add(path('M489 460h22l6 130h-34z', shade(steel, -0.1)));
  paint.add(
    path(blade, steel),
    path(
      blade,
      paint.linear(
        [450, 300],
        [550, 330],
        [
          [0, '#ffffff', 0.55],
          [0.44, '#ffffff', 0.02],
          [0.5, '#000000', 0.3],
          [1, '#ffffff', 0.25],
        ],
      ),
    ),
    line('M500 200V480', '#ffffff', 3, { opacity: 0.5 }),
  );
  roundBody(paint, grip, { x: 470, y: 570, width: 60, height: 270 }, { ...look, pattern: 'plain' });
  if (look.finish === 'wood')
    paint.add(paint.within(grip, grain({ x: 470, y: 570, width: 60, height: 270 }, { ...look, main }, true)));
  paint.add(
    path(roundedBox({ x: 466, y: 566, width: 68, height: 34 }, 8), '#8f9498'),
    line('M500 826c-30 40 30 60 24 20', accent, 7),
    '</g>',
  );
}

function drawTote(paint: Paint, look: Look): void {
  const { random, main, accent } = look;
  const half = random.between(195, 225);
  const top = 400;
  const straps = random.chance(0.5) ? accent : shade(main, -0.08);
  for (const [dx, opacity] of [
    [16, 0.7],
    [0, 1],
  ] as const)
    paint.add(
      line(
        `M${n(500 - half * 0.5 + dx)} ${top + 20}C${n(500 - half * 0.5 + dx)} 110 ${n(500 + half * 0.5 + dx)} 110 ${n(500 + half * 0.5 + dx)} ${top + 20}`,
        dx ? shade(straps, -0.12) : straps,
        24,
        { opacity },
      ),
    );
  const bag = `M${n(500 - half)} ${top}H${n(500 + half)}L${n(500 + half * 0.96)} 840Q500 866 ${n(500 - half * 0.96)} 840z`;
  dropShadow(paint, bag, 22);
  flatFace(paint, bag, { x: 500 - half, y: top, width: half * 2, height: 460 }, { ...look, finish: 'fabric' });
  for (const side of [-1, 1])
    paint.add(
      path(roundedBox({ x: 500 + side * half * 0.5 - 13, y: top + 4, width: 26, height: 64 }, 3), straps),
      line(`M${n(500 + side * half * 0.5 - 9)} ${top + 58}l18 -16m-18 0l18 16`, shade(straps, -0.2), 2.4),
    );
  paint.add(
    line(`M${n(500 - half + 4)} ${top + 32}H${n(500 + half - 4)}`, shade(main, -0.16), 2.6, {
      'stroke-dasharray': '9 7',
    }),
  );
  paint.add(
    paint.within(
      bag,
      line(`M${n(500 - half * 0.4)} 440q-24 200 10 420`, shade(main, -0.14), 24, { opacity: 0.13 }),
      line(`M${n(500 + half * 0.62)} 480q-30 160 -6 380`, shade(main, -0.14), 30, { opacity: 0.15 }),
    ),
  );
}

/** A folding chair for the shore and the fire. */
function drawCampChair(paint: Paint, look: Look): void {
  const { random, main, accent } = look;
  const wood = random.chance(0.6) ? '#b98a58' : accent;
  const seat = floor - 190;
  paint.add(
    line(`M380 ${floor - 16}L610 ${seat - 24}`, shade(wood, -0.14), 17),
    line(`M630 ${floor - 16}L400 ${seat - 24}`, shade(wood, -0.14), 17),
  );
  for (const side of [-1, 1])
    paint.add(line(`M${500 + side * 128} ${seat - 250}L${500 + side * 150} ${seat + 10}`, wood, 18));
  const back = polygon([368, seat - 240], [632, seat - 240], [642, seat - 96], [358, seat - 96]);
  flatFace(paint, back, { x: 358, y: seat - 240, width: 284, height: 144 }, { ...look, finish: 'fabric' });
  paint.add(line(`M340 ${floor}L664 ${seat}`, wood, 20), line(`M660 ${floor}L336 ${seat}`, wood, 20));
  const sling = `M330 ${seat - 20}H670Q640 ${seat + 50} 500 ${seat + 52}Q360 ${seat + 50} 330 ${seat - 20}z`;
  flatFace(paint, sling, { x: 330, y: seat - 20, width: 340, height: 72 }, { ...look, finish: 'fabric' });
  paint.add(line(`M334 ${seat - 20}H666`, shade(main, -0.14), 10));
  for (const x of [318, 682]) paint.add(line(`M${x} ${seat - 90}h${x < 500 ? 60 : -60}`, shade(wood, 0.05), 19));
}

export const outdoor = {
  backpack: { stance: 'standing', footprint: 190, zoom: 1.2, draw: drawBackpack },
  bottle: { stance: 'standing', footprint: 110, zoom: 1.2, draw: drawBottle },
  tent: { stance: 'standing', footprint: 300, zoom: 1.16, draw: drawTent },
  wateringCan: { stance: 'standing', footprint: 165, zoom: 1.25, draw: drawWateringCan },
  trowel: { stance: 'flat', draw: drawTrowel },
  tote: { stance: 'hanging', draw: drawTote },
  campChair: { stance: 'standing', footprint: 190, zoom: 1.25, draw: drawCampChair },
} satisfies Record<string, Shape>;
