import { shade } from '../../colour.ts';
import { floor, type Look, type Shape } from '../../look.ts';
import { line, n, type Paint, path, roundedBox } from '../../paint.ts';
import { roundBody } from '../../surface.ts';
import { loop } from '../handle.ts';

const leather = '#8a5a3a';

function drawPocketAndStraps(paint: Paint, look: Look, { half, top }: { half: number; top: number }): void {
  const { random, main, accent } = look;
  const pocket = roundedBox({ x: 500 - half * 0.66, y: floor - 190, width: half * 1.32, height: 150 }, 26);
  roundBody(
    paint,
    { outline: pocket, box: { x: 500 - half * 0.66, y: floor - 190, width: half * 1.32, height: 150 } },
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
    { outline: body, box: { x: 500 - half, y: top, width: half * 2, height: floor - top } },
    { ...look, finish: 'fabric' },
  );
  const flap = isRoll
    ? roundedBox({ x: 500 - half * 0.96, y: top - 26, width: half * 1.92, height: 88 }, 40)
    : `M${n(500 - half * 0.95)} ${n(top + 60)}Q500 ${n(top - 60)} ${n(500 + half * 0.95)} ${n(top + 60)}V${n(top + 150)}Q500 ${n(top + 200)} ${n(500 - half * 0.95)} ${n(top + 150)}z`;
  roundBody(
    paint,
    { outline: flap, box: { x: 500 - half, y: top, width: half * 2, height: 150 } },
    { ...look, main: shade(main, 0.04), pattern: 'plain', finish: 'fabric' },
  );
  paint.add(line(flap, shade(main, -0.14), 3, { 'stroke-dasharray': '10 8', opacity: 0.7 }));
  drawPocketAndStraps(paint, look, { half, top });
}

export const backpack: Shape = { stance: 'standing', footprint: 190, zoom: 1.2, draw: drawBackpack };
