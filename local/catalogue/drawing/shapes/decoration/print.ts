import { mix, shade } from '../../colour.ts';
import type { Look, Shape } from '../../look.ts';
import { ellipse, line, n, type Paint, path } from '../../paint.ts';
import { corners, patternOn } from '../../pattern.ts';
import { dropShadow } from '../../scene.ts';
import { flatLight } from '../../surface.ts';

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
        [width * random.between(0.1, 0.27), width * random.between(0.1, 0.27)],
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
  const sun = ellipse([cx + random.between(-0.2, 0.2) * width, y + height * 0.3], [width * 0.16, width * 0.16], accent);
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

export const print: Shape = { stance: 'hanging', draw: drawPrint };
