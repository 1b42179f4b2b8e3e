import { shade } from '../colour.ts';
import { floor, type Look, type Shape } from '../look.ts';
import { ellipse, line, n, type Paint, path, type Point, polygon, roundedBox } from '../paint.ts';
import { grain } from '../pattern.ts';
import { flatFace, flatLight } from '../surface.ts';

/** A leg from where it is fixed to where it stands, thinner towards the floor. */
function leg(paint: Paint, from: Point, to: Point, width: number, colour: string): void {
  const foot = width * 0.62;
  const d = polygon(
    [from[0] - width / 2, from[1]],
    [from[0] + width / 2, from[1]],
    [to[0] + foot / 2, to[1]],
    [to[0] - foot / 2, to[1]],
  );
  const light = paint.linear(
    [from[0] - width, from[1]],
    [from[0] + width, from[1]],
    [
      [0, '#ffffff', 0.2],
      [0.5, '#ffffff', 0],
      [1, '#1d140c', 0.3],
    ],
  );
  paint.add(path(d, colour), path(d, light));
}

/** A board seen from a little above: its top and its front edge. */
function slab(
  paint: Paint,
  look: Look,
  { x, y, width, depth, thickness }: { x: number; y: number; width: number; depth: number; thickness: number },
): void {
  const inset = depth * 0.42;
  const top = polygon([x + inset, y - depth], [x + width - inset, y - depth], [x + width, y], [x, y]);
  const box = { x, y: y - depth, width, height: depth };
  const front = roundedBox({ x, y: y - 1, width, height: thickness }, 5);
  paint.add(path(front, shade(look.main, -0.1)));
  flatFace(paint, top, box, { ...look, pattern: 'plain' });
  if (look.finish === 'wood')
    paint.add(paint.within(top, grain(box, look)), paint.within(front, grain({ ...box, y, height: thickness }, look)));
}

function drawChair(paint: Paint, look: Look): void {
  const { random, accent } = look;
  const seat = floor - random.between(230, 255);
  const half = random.between(140, 160);
  const back = seat - random.between(230, 290);
  const spread = random.between(10, 34);
  const wood = look.finish === 'wood' ? look.main : accent;
  for (const side of [-1, 1])
    leg(
      paint,
      [500 + side * (half - 34), seat],
      [500 + side * (half - 40 + spread), floor - 22],
      20,
      shade(wood, -0.1),
    );
  for (const side of [-1, 1])
    leg(paint, [500 + side * (half - 22), back + 20], [500 + side * (half - 16), seat], 19, wood);
  const rest = `M${n(500 - half)} ${n(back + 70)}Q500 ${n(back - 30)} ${n(500 + half)} ${n(back + 70)}L${n(500 + half - 6)} ${n(back + 132)}Q500 ${n(back + 60)} ${n(500 - half + 6)} ${n(back + 132)}z`;
  if (random.chance(0.45))
    for (const at of [-0.55, -0.2, 0.2, 0.55])
      paint.add(
        line(`M${n(500 + half * at)} ${n(back + 80)}L${n(500 + half * at * 0.94)} ${n(seat)}`, shade(wood, -0.04), 10),
      );
  flatFace(
    paint,
    rest,
    { x: 500 - half, y: back, width: half * 2, height: 130 },
    { ...look, pattern: random.chance(0.6) ? 'plain' : look.pattern },
  );
  for (const side of [-1, 1])
    leg(paint, [500 + side * (half - 14), seat + 10], [500 + side * (half + spread), floor], 24, wood);
  const pad = `M${n(500 - half + 14)} ${n(seat - 44)}H${n(500 + half - 14)}Q${n(500 + half + 24)} ${n(seat - 8)} ${n(500 + half + 10)} ${n(seat + 22)}H${n(500 - half - 10)}Q${n(500 - half - 24)} ${n(seat - 8)} ${n(500 - half + 14)} ${n(seat - 44)}z`;
  flatFace(paint, pad, { x: 500 - half - 20, y: seat - 44, width: half * 2 + 40, height: 66 }, look);
  paint.add(line(`M${n(500 - half - 8)} ${n(seat + 20)}H${n(500 + half + 8)}`, shade(look.main, -0.16), 6));
}

function drawStool(paint: Paint, look: Look): void {
  const { random, main, accent } = look;
  const seat = floor - random.between(260, 330);
  const half = random.between(130, 155);
  const wood = look.finish === 'wood' ? main : accent;
  const spread = random.between(24, 60);
  for (const side of [-0.5, 0.5])
    leg(paint, [500 + side * half, seat + 10], [500 + side * (half + spread), floor - 26], 21, shade(wood, -0.12));
  const rung = seat + (floor - seat) * 0.6;
  paint.add(
    line(
      `M${n(500 - half * 0.8 - spread * 0.5)} ${n(rung)}H${n(500 + half * 0.8 + spread * 0.5)}`,
      shade(wood, -0.06),
      13,
    ),
  );
  for (const side of [-1, 1])
    leg(paint, [500 + side * half * 0.74, seat + 10], [500 + side * (half * 0.74 + spread), floor], 26, wood);
  const thick = random.between(24, 54);
  paint.add(
    path(
      `M${n(500 - half)} ${n(seat)}v${n(thick)}a${n(half)} ${n(half * 0.2)} 0 0 0 ${n(half * 2)} 0v${n(-thick)}z`,
      shade(main, -0.1),
    ),
  );
  const top = `M${n(500 - half)} ${n(seat)}a${n(half)} ${n(half * 0.2)} 0 1 0 ${n(half * 2)} 0a${n(half)} ${n(half * 0.2)} 0 1 0 ${n(-half * 2)} 0z`;
  const box = { x: 500 - half, y: seat - half * 0.2, width: half * 2, height: half * 0.4 };
  flatFace(paint, top, box, look);
  if (look.finish === 'wood') paint.add(paint.within(top, grain(box, look)));
}

function drawSideTable(paint: Paint, look: Look): void {
  const { random, main, accent } = look;
  const half = random.between(195, 250);
  const top = floor - random.between(270, 330);
  if (random.chance(0.45)) {
    paint.add(
      ellipse([500, floor - 8], half * 0.56, half * 0.1, shade(accent, -0.08)),
      ellipse([500, floor - 14], half * 0.56, half * 0.1, accent),
    );
    leg(paint, [500, top], [500, floor - 14], 46, accent);
  } else {
    for (const side of [-0.62, 0.62])
      leg(paint, [500 + side * half, top], [500 + side * half * 1.04, floor - 30], 19, shade(accent, -0.12));
    for (const side of [-0.86, 0.86])
      leg(paint, [500 + side * half, top], [500 + side * half * 1.06, floor], 24, accent);
  }
  const rim = `M${n(500 - half)} ${n(top)}v20a${n(half)} ${n(half * 0.16)} 0 0 0 ${n(half * 2)} 0v-20z`;
  const face = `M${n(500 - half)} ${n(top)}a${n(half)} ${n(half * 0.16)} 0 1 0 ${n(half * 2)} 0a${n(half)} ${n(half * 0.16)} 0 1 0 ${n(-half * 2)} 0z`;
  const box = { x: 500 - half, y: top - half * 0.16, width: half * 2, height: half * 0.32 };
  paint.add(path(rim, shade(main, -0.12)));
  flatFace(paint, face, box, { ...look, pattern: 'plain' });
  if (look.finish === 'wood') paint.add(paint.within(face, grain(box, look)));
}

function drawDesk(paint: Paint, look: Look): void {
  const { random, accent } = look;
  const y = floor - random.between(270, 300);
  const half = random.between(320, 350);
  for (const side of [-0.82, 0.82])
    leg(paint, [500 + side * half, y], [500 + side * half, floor - 34], 20, shade(accent, -0.14));
  for (const side of [-0.95, 0.95])
    leg(paint, [500 + side * half, y + 10], [500 + side * half * 1.02, floor], 25, accent);
  const drawer = roundedBox(
    { x: 500 + (random.chance(0.5) ? -half * 0.86 : half * 0.16), y: y + 18, width: half * 0.7, height: 72 },
    6,
  );
  paint.add(
    path(drawer, shade(look.main, -0.06)),
    path(drawer, flatLight(paint, { x: 300, y, width: 400, height: 90 }, look.finish)),
  );
  slab(paint, look, { x: 500 - half, y, width: half * 2, depth: 84, thickness: 22 });
}

function drawShelf(paint: Paint, look: Look): void {
  const { random, main, accent } = look;
  const half = random.between(190, 250);
  const rows = random.int(3, 5);
  const top = floor - random.between(500, 580);
  const gap = (floor - 30 - top) / (rows - 1);
  const isLadder = random.chance(0.4);
  for (const side of [-1, 1])
    paint.add(
      line(
        `M${n(500 + side * (half - (isLadder ? 40 : 8)))} ${n(top - 40)}L${n(500 + side * (half - 8))} ${floor}`,
        accent,
        15,
      ),
    );
  for (let row = 0; row < rows; row++) {
    const y = top + row * gap;
    const width = (half - (isLadder ? 30 * (1 - row / rows) : 0)) * 2;
    slab(paint, look, { x: 500 - width / 2, y, width, depth: 34, thickness: 16 });
    if (row > 0) dress(paint, { ...look, main: shade(main, 0.05) }, [500 - width / 2 + 60, y - 14], width - 130, gap);
  }
}

/** Books and a small pot, so that one sees what a shelf is for. */
function dress(paint: Paint, { random, accent }: Look, [x, y]: Point, width: number, gap: number): void {
  const colours = ['#8c5a44', '#d9cdb8', '#4d5c56', '#b9a27c', '#35405a', accent];
  let at = x + random.between(0, width * 0.4);
  for (let book = random.int(0, 5); book > 0; book--) {
    const [thick, tall] = [random.between(14, 26), Math.min(gap * 0.6, random.between(60, 92))];
    const d = `M${n(at)} ${n(y)}v${n(-tall)}h${n(thick)}v${n(tall)}z`;
    paint.add(path(d, random.pick(colours)), path(d, '#ffffff', { opacity: 0.08 }));
    at += thick + 2;
  }
}

export const furniture = {
  chair: { stance: 'standing', footprint: 175, zoom: 1.25, draw: drawChair },
  stool: { stance: 'standing', footprint: 170, zoom: 1.4, draw: drawStool },
  sideTable: { stance: 'standing', footprint: 200, zoom: 1.3, draw: drawSideTable },
  desk: { stance: 'standing', footprint: 330, zoom: 1.15, draw: drawDesk },
  shelf: { stance: 'standing', footprint: 240, zoom: 1.12, draw: drawShelf },
} satisfies Record<string, Shape>;
