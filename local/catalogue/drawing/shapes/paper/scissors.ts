import type { Look, Shape } from '../../look.ts';
import { ellipse, n, type Paint, path } from '../../paint.ts';
import { slant } from '../../surface.ts';

function drawScissors(paint: Paint, look: Look): void {
  const { random, main } = look;
  const spread = random.between(13, 19);
  const half = (side: 1 | -1) => {
    const blade = `M-14 0Q-17 -210 4 -330Q16 -210 15 20z`;
    const grip = `M${side * 4} 30C${side * -6} 90 ${side * -96} 110 ${side * -92} 200C${side * -86} 290 ${side * 34} 290 ${side * 34} 190C${side * 34} 130 ${side * 22} 90 ${side * 16} 30z`;
    const hole = `M${side * -28} 166m-36 34a36 46 0 1 0 72 0a36 46 0 1 0 -72 0z`;
    return `<g transform="translate(500 470) rotate(${side * spread})">${path(blade, '#c3c8cb')}${path(
      blade,
      paint.linear(
        [-14, 0],
        [15, 0],
        [
          [0, '#ffffff', 0.7],
          [0.45, '#7d858a', 0.25],
          [0.55, '#ffffff', 0.6],
          [1, '#666e73', 0.4],
        ],
      ),
    )}<path d="${grip}${hole}" fill="${main}" fill-rule="evenodd"/><path d="${grip}${hole}" fill="${slant(paint, [-90, 40], [60, 280], { light: 0.32, dark: 0.3 })}" fill-rule="evenodd"/></g>`;
  };
  const both = half(-1) + half(1);
  paint.add(
    `<g transform="rotate(${n(random.between(20, 44))} 500 500)"><g transform="translate(14 20)" opacity="0.16" style="filter:none">${both.replace(/fill="[^"]+"/g, 'fill="#2b2118"')}</g>${both}`,
  );
  paint.add(ellipse([500, 470], [15, 15], '#9aa0a4'), ellipse([497, 467], [7, 7], '#e6e9ea'), '</g>');
}

export const scissors: Shape = { stance: 'flat', zoom: 1.25, draw: drawScissors };
