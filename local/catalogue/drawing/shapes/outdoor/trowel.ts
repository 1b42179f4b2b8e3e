import { shade } from '../../colour.ts';
import type { Look, Shape } from '../../look.ts';
import { line, n, type Paint, path, roundedBox } from '../../paint.ts';
import { grain } from '../../pattern.ts';
import { dropShadow } from '../../scene.ts';
import { roundBody } from '../../surface.ts';

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
  roundBody(paint, { outline: grip, box: { x: 470, y: 570, width: 60, height: 270 } }, { ...look, pattern: 'plain' });
  if (look.finish === 'wood')
    paint.add(paint.within(grip, grain({ x: 470, y: 570, width: 60, height: 270 }, { ...look, main }, true)));
  paint.add(
    path(roundedBox({ x: 466, y: 566, width: 68, height: 34 }, 8), '#8f9498'),
    line('M500 826c-30 40 30 60 24 20', accent, 7),
    '</g>',
  );
}

export const trowel: Shape = { stance: 'flat', zoom: 1.2, draw: drawTrowel };
