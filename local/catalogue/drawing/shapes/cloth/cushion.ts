import { shade } from '../../colour.ts';
import { floor, type Look, type Shape } from '../../look.ts';
import { line, n, type Paint, path } from '../../paint.ts';
import { flatFace } from '../../surface.ts';
import { cloth } from './fabric.ts';

function drawCushion(paint: Paint, look: Look): void {
  const { random, main, accent } = look;
  const half = random.between(235, 265);
  const tall = random.chance(0.3) ? half * 0.66 : half;
  const [x, y] = [500, floor - tall];
  const pull = half * 0.09;
  const d = `M${n(x - half)} ${n(y - tall)}Q${n(x)} ${n(y - tall + pull * 2)} ${n(x + half)} ${n(y - tall)}Q${n(x + half - pull * 2)} ${n(y)} ${n(x + half)} ${n(y + tall)}Q${n(x)} ${n(y + tall - pull)} ${n(x - half)} ${n(y + tall)}Q${n(x - half + pull * 2)} ${n(y)} ${n(x - half)} ${n(y - tall)}z`;
  const box = { x: x - half, y: y - tall, width: half * 2, height: tall * 2 };
  const edge = random.chance(0.35) ? accent : shade(main, -0.12);
  paint.add(`<g transform="rotate(${n(random.between(-5, 5))} 500 ${n(floor)})">`);
  flatFace(paint, d, box, cloth(look));
  const puff = paint.radial([x - half * 0.25, y - tall * 0.3], half * 1.5, [
    [0, '#ffffff', 0.3],
    [0.45, '#ffffff', 0.02],
    [1, '#1d140c', 0.42],
  ]);
  paint.add(path(d, puff), line(d, edge, random.chance(0.4) ? 11 : 5));
  for (const [dx, dy] of [
    [-1, -1],
    [1, -1],
    [-1, 1],
    [1, 1],
  ] as const)
    paint.add(
      line(
        `M${n(x + dx * half * 0.96)} ${n(y + dy * tall * 0.95)}q${n(-dx * 60)} ${n(-dy * 10)} ${n(-dx * 90)} ${n(-dy * 50)}`,
        shade(main, -0.2),
        9,
        { opacity: 0.16 },
      ),
    );
  paint.add('</g>');
}

export const cushion: Shape = { stance: 'standing', footprint: 230, zoom: 1.15, draw: drawCushion };
