import { mix, shade } from '../../colour.ts';
import type { Look, Shape } from '../../look.ts';
import { type Box, ellipse, line, n, type Paint, path } from '../../paint.ts';
import { corners, patternOn } from '../../pattern.ts';
import { dropShadow } from '../../scene.ts';
import { flatLight } from '../../surface.ts';

type Sheet = Box & { look: Look };

/** Forms cut from paper, and a line over them. */
function cutouts({ x, y, width, height, look: { random, main, accent } }: Sheet): string {
  const [cx, cy] = [x + width / 2, y + height / 2];
  const forms = [main, accent, mix(main, accent, 0.5), shade(accent, -0.15)].map((colour) => {
    const at = [cx + random.between(-0.28, 0.28) * width, cy + random.between(-0.3, 0.3) * height] as const;
    return ellipse(at, [width * random.between(0.1, 0.27), width * random.between(0.1, 0.27)], colour, {
      opacity: 0.92,
    });
  });
  const wave = `M${n(x + 30)} ${n(cy)}q${n(width * 0.3)} ${n(-height * 0.3)} ${n(width * 0.5)} 0t${n(width * 0.4)} 0`;
  return [...forms, line(wave, shade(main, -0.25), 4)].join('');
}

function landscape({ x, y, width, height, look: { random, main, accent } }: Sheet): string {
  const sun = [x + width * random.between(0.3, 0.7), y + height * 0.3] as const;
  const hills = [0.52, 0.64, 0.78].map((at, hill) => {
    const [left, right] = [y + height * (at - random.between(0.02, 0.16)), y + height * (at + random.between(0, 0.1))];
    const ridge = `C${n(x + width * 0.3)} ${n(left)} ${n(x + width * 0.6)} ${n(right)} ${n(x + width)} ${n(y + height * (at - 0.06))}`;
    return path(`M${n(x)} ${n(y + height * at)}${ridge}V${n(y + height)}H${n(x)}z`, mix(main, accent, hill * 0.28));
  });
  return [ellipse(sun, [width * 0.16, width * 0.16], accent), ...hills].join('');
}

function branch({ x, y, width, height, look: { main, accent } }: Sheet): string {
  const [cx, w] = [x + width / 2, width];
  const leaf = `M0 0C${n(w * 0.07)} ${n(-w * 0.1)} ${n(w * 0.06)} ${n(-w * 0.26)} 0 ${n(-w * 0.33)}C${n(-w * 0.06)} ${n(-w * 0.26)} ${n(-w * 0.07)} ${n(-w * 0.1)} 0 0z`;
  const leaves = Array.from({ length: 7 }, (_, at) =>
    path(leaf, at % 3 ? main : accent, {
      transform: `translate(${n(cx)} ${n(y + height * (0.84 - at * 0.09))}) rotate(${at % 2 ? 50 : -50})`,
    }),
  );
  return [line(`M${n(cx)} ${n(y + height * 0.92)}V${n(y + height * 0.2)}`, shade(main, -0.1), 6), ...leaves].join('');
}

function ornament({ look, ...box }: Sheet): string {
  return patternOn(box, { ...look, pattern: look.random.pick(['arches', 'leaves', 'check', 'dots']) }, 0);
}

function drawPrint(paint: Paint, look: Look): void {
  const { random, main } = look;
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
    paint.within(corners(picture), random.pick([cutouts, landscape, branch, ornament])({ ...picture, look })),
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
