import { mix, shade } from '../colour.ts';
import { floor, type Look, type Shape } from '../look.ts';
import { ellipse, line, n, type Paint, path, type Point } from '../paint.ts';
import { roundLight } from '../surface.ts';
import { opening, type Turned, turnedBody } from '../turned.ts';

const glow = '#ffe3a8';

/** Light around a lamp that is on. */
function halo(paint: Paint, centre: Point, radius: number): void {
  const fill = paint.radial(centre, radius, [
    [0, glow, 0.75],
    [0.4, glow, 0.25],
    [1, glow, 0],
  ]);
  paint.add(ellipse(centre, radius, radius, fill));
}

function pole(paint: Paint, [x, top]: Point, bottom: number, width: number, colour: string): void {
  const d = `M${n(x - width / 2)} ${n(top)}h${n(width)}V${n(bottom)}h${n(-width)}z`;
  paint.add(path(d, colour), path(d, roundLight(paint, { x: x - width / 2, y: top, width, height: 1 }, 'metal')));
}

function shadeOn(
  paint: Paint,
  look: Look,
  [x, y]: Point,
  { top, bottom, height }: { top: number; bottom: number; height: number },
): void {
  const lit = { ...look, main: mix(look.main, glow, 0.18), finish: 'fabric' as const };
  const turned: Turned = {
    centre: x,
    tilt: 0.1,
    isAngular: true,
    profile: [
      [top, y - height],
      [bottom, y],
    ],
  };
  turnedBody(paint, turned, lit);
  const warm = paint.radial([x, y - height * 0.3], bottom * 1.1, [
    [0, glow, 0.62],
    [1, glow, 0],
  ]);
  paint.add(ellipse([x, y - height * 0.3], bottom * 0.9, height * 0.7, warm, { opacity: 0.8 }));
  paint.add(
    ellipse([x, y - height], top, top * 0.1, mix(lit.main, glow, 0.6)),
    ellipse([x, y - height], top - 6, top * 0.07, '#fff3d6'),
  );
}

function drawTableLamp(paint: Paint, look: Look): void {
  const { random, accent } = look;
  const half = random.between(70, 130);
  const height = random.between(190, 260);
  const neck = floor - height;
  const base: readonly (readonly [number, number])[] = random.pick([
    [
      [22, neck],
      [half, neck + height * 0.4],
      [half * 0.86, floor - 44],
      [half * 0.6, floor - 8],
    ],
    [
      [20, neck],
      [24, neck + height * 0.7],
      [half, floor - 26],
      [half * 1.02, floor - 8],
    ],
    [
      [half * 0.5, neck],
      [half, neck + height * 0.5],
      [half * 0.5, floor - 8],
    ],
  ]);
  halo(paint, [500, neck - 120], 330);
  pole(paint, [500, neck - 60], neck + 10, 12, '#b8924a');
  turnedBody(paint, { profile: base }, { ...look, main: accent });
  const bottom = random.between(170, 215);
  shadeOn(paint, { ...look, pattern: random.chance(0.3) ? 'ribs' : 'plain' }, [500, neck - 26], {
    top: bottom * random.between(0.55, 0.95),
    bottom,
    height: random.between(180, 230),
  });
}

function drawFloorLamp(paint: Paint, look: Look): void {
  const { random, main, accent } = look;
  const metal = random.chance(0.5) ? '#2d2c2b' : accent;
  const isArc = random.chance(0.4);
  const x = isArc ? 340 : 500;
  halo(paint, isArc ? [640, 330] : [500, 260], 270);
  turnedBody(
    paint,
    {
      centre: x,
      tilt: 0.16,
      profile: [
        [92, floor - 18],
        [96, floor - 4],
      ],
    },
    { ...look, main: metal, pattern: 'plain' },
  );
  paint.add(ellipse([x, floor - 18], 92, 15, shade(metal, 0.08)));
  if (isArc) {
    paint.add(line(`M${x} ${floor - 20}V330C${x} 150 640 120 640 260`, metal, 13));
    const dome: Turned = {
      centre: 640,
      tilt: 0.12,
      profile: [
        [24, 262],
        [84, 296],
        [118, 366],
      ],
    };
    turnedBody(paint, dome, { ...look, pattern: 'plain' });
    paint.add(ellipse([640, 366], 118, 14, '#fff0cc'));
    return;
  }
  if (random.chance(0.5)) pole(paint, [500, 200], floor - 16, 13, metal);
  else
    for (const side of [-1, 0, 1])
      paint.add(
        line(`M500 330L${500 + side * 128} ${floor + (side === 0 ? 6 : -8)}`, shade('#b98a58', side * 0.04), 15),
      );
  shadeOn(paint, { ...look, main, pattern: 'plain' }, [500, 340], {
    top: random.between(100, 130),
    bottom: random.between(130, 165),
    height: 190,
  });
}

function drawPendant(paint: Paint, look: Look): void {
  const { random, main } = look;
  const half = random.between(190, 260);
  const top = random.between(300, 350);
  const bottom = top + random.between(170, 290);
  halo(paint, [500, bottom + 10], 330);
  paint.add(line(`M500 0V${n(top)}`, '#2d2c2b', 6));
  const profile: readonly (readonly [number, number])[] = random.pick([
    [
      [28, top],
      [half * 0.62, top + 60],
      [half, bottom],
    ],
    [
      [28, top],
      [half * 0.9, top + (bottom - top) * 0.4],
      [half * 0.9, top + (bottom - top) * 0.7],
      [half * 0.5, bottom],
    ],
    [
      [40, top],
      [52, top + 60],
      [half, bottom - 20],
      [half, bottom],
    ],
  ]);
  turnedBody(paint, { tilt: 0.09, profile }, { ...look, main });
  const mouth = profile.at(-1)![0];
  opening(paint, [500, bottom], mouth, look, { tilt: 0.09, rim: 6, inside: '#fff0cc' });
  turnedBody(
    paint,
    {
      profile: [
        [16, top - 46],
        [20, top + 4],
      ],
    },
    { ...look, main: '#b8924a', finish: 'metal', pattern: 'plain' },
  );
  paint.add(ellipse([500, bottom + 6], 42, 26, '#fffaf0'));
}

function drawLantern(paint: Paint, look: Look): void {
  const { random, main } = look;
  const half = random.between(105, 128);
  const height = random.between(270, 320);
  const top = floor - height;
  paint.add(
    line(
      `M${n(500 - half * 0.8)} ${n(top + 6)}C${n(500 - half * 0.9)} ${n(top - 190)} ${n(500 + half * 0.9)} ${n(top - 190)} ${n(500 + half * 0.8)} ${n(top + 6)}`,
      shade(main, -0.1),
      10,
    ),
  );
  halo(paint, [500, floor - height * 0.5], 240);
  const pane: Turned = {
    profile: [
      [half * 0.82, top + 40],
      [half * 0.86, floor - 60],
    ],
  };
  turnedBody(paint, pane, { ...look, main: '#f6e7c4', finish: 'glass', pattern: 'plain' });
  paint.add(
    ellipse([500, floor - height * 0.46], 16, 40, '#ffd27a'),
    ellipse([500, floor - height * 0.44], 8, 24, '#fff6df'),
  );
  for (const at of [-0.84, -0.3, 0.3, 0.84])
    paint.add(line(`M${n(500 + half * at)} ${n(top + 30)}V${n(floor - 50)}`, shade(main, at * 0.06), 8));
  turnedBody(
    paint,
    {
      profile: [
        [half, floor - 66],
        [half * 1.04, floor - 8],
      ],
    },
    { ...look, pattern: 'plain' },
  );
  turnedBody(
    paint,
    {
      profile: [
        [half * 0.3, top - 34],
        [half * 0.86, top + 4],
        [half * 0.98, top + 44],
      ],
    },
    { ...look, pattern: 'plain' },
  );
}

export const lighting = {
  tableLamp: { stance: 'standing', footprint: 130, zoom: 1.2, draw: drawTableLamp },
  floorLamp: { stance: 'standing', footprint: 120, zoom: 1.12, draw: drawFloorLamp },
  pendant: { stance: 'hanging', draw: drawPendant },
  lantern: { stance: 'standing', footprint: 125, zoom: 1.3, draw: drawLantern },
} satisfies Record<string, Shape>;
