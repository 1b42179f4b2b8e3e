import { shade } from '../../colour.ts';
import type { Look, Shape } from '../../look.ts';
import { line, n, type Paint, path, roundedBox } from '../../paint.ts';
import { dropShadow } from '../../scene.ts';
import { flatFace } from '../../surface.ts';

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

export const tote: Shape = { stance: 'hanging', draw: drawTote };
