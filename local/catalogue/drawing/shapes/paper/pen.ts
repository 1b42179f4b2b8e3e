import { shade } from '../../colour.ts';
import type { Look, Shape } from '../../look.ts';
import { ellipse, line, n, type Paint, path, roundedBox } from '../../paint.ts';
import { corners } from '../../pattern.ts';
import { dropShadow } from '../../scene.ts';
import { flatFace } from '../../surface.ts';

/** The narrow light along a polished barrel. */
function gloss(paint: Paint, half: number): string {
  const stops = [
    [0, '#ffffff', 0.28],
    [0.26, '#ffffff', 0.62],
    [0.36, '#ffffff', 0],
    [1, '#000000', 0.42],
  ] as const;
  return paint.linear([0, 500 - half], [0, 500 + half], stops);
}

function drawPen(paint: Paint, look: Look): void {
  const { random, main, accent } = look;
  const metal = random.chance(0.5) ? '#b8924a' : '#b9bdc1';
  const half = random.between(25, 32);
  const light = () => gloss(paint, half);
  const barrel = roundedBox({ x: 420, y: 500 - half, width: 360, height: half * 2 }, half);
  const grip = `M420 ${n(500 - half)}L270 ${n(500 - half * 0.72)}V${n(500 + half * 0.72)}L420 ${n(500 + half)}z`;
  const nib = `M276 ${n(500 - half * 0.62)}Q220 492 176 500Q220 508 276 ${n(500 + half * 0.62)}z`;
  paint.add(`<g transform="rotate(${n(random.between(-38, -26))} 500 500)">`);
  dropShadow(paint, `${barrel}${grip}${nib}`, 20);
  paint.add(
    path(nib, metal),
    path(nib, light()),
    line('M196 500H252', '#3a342d', 2.4),
    ellipse([254, 500], [5, 5], '#3a342d'),
  );
  paint.add(path(grip, shade(main, -0.08)), path(grip, light()));
  const box = { x: 420, y: 500 - half, width: 360, height: half * 2 };
  flatFace(paint, barrel, box, { ...look, pattern: look.pattern === 'bands' ? 'plain' : look.pattern });
  paint.add(path(barrel, light()));
  for (const x of [416, 600, 758]) {
    const band = corners({ x, y: 500 - half - 1, width: 11, height: half * 2 + 2 });
    paint.add(path(band, metal), path(band, light()));
  }
  const clip = roundedBox({ x: 604, y: 500 - half - 9, width: 160, height: 13 }, 6);
  paint.add(path(clip, metal), ellipse([608, 500 - half - 2], [10, 10], accent));
  paint.add('</g>');
}

export const pen: Shape = { stance: 'flat', zoom: 1.22, draw: drawPen };
