import { mix, shade } from '../../colour.ts';
import type { Look, Shape } from '../../look.ts';
import { type Paint, path, roundedBox } from '../../paint.ts';
import { dropShadow } from '../../scene.ts';
import { flatFace, flatLight } from '../../surface.ts';

function drawCards(paint: Paint, look: Look): void {
  const { random, main, accent } = look;
  const envelope = { x: 210, y: 420, width: 500, height: 350 };
  paint.add('<g transform="rotate(-9 500 500)">');
  dropShadow(paint, roundedBox(envelope, 8), 20);
  paint.add(
    path(roundedBox(envelope, 8), mix(main, '#f6efe2', 0.45)),
    path(`M210 428L460 610L710 428`, 'none', { stroke: shade(main, -0.05), 'stroke-width': 4 }),
    path(roundedBox(envelope, 8), flatLight(paint, envelope, 'matte')),
    '</g>',
  );
  for (const [at, turn] of [
    [0, 4],
    [1, 12],
  ] as const) {
    const card = { x: 360 + at * 24, y: 190 + at * 30, width: 370, height: 500 };
    const outline = roundedBox(card, 8);
    paint.add(`<g transform="rotate(${turn} 540 440)">`);
    dropShadow(paint, outline, 16);
    const own = at === 0 ? { ...look, main: accent, accent: main } : look;
    flatFace(paint, outline, card, {
      ...own,
      pattern: at === 0 ? 'plain' : look.pattern === 'plain' ? random.pick(['leaves', 'arches', 'dots']) : look.pattern,
    });
    paint.add('</g>');
  }
}

export const cards: Shape = { stance: 'flat', zoom: 1.1, draw: drawCards };
