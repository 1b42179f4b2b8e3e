import type { Look, Shape } from '../../look.ts';
import type { Paint } from '../../paint.ts';
import { drawGlass } from './glass.ts';

function drawTumbler(paint: Paint, look: Look): void {
  const { random } = look;
  const half = random.between(86, 104);
  const height = random.between(250, 330);
  const pair = random.chance(0.6) ? [390, 610] : [500];
  for (const centre of pair) drawGlass(paint, look, { centre, half, height });
}

export const tumbler: Shape = { stance: 'standing', footprint: 175, zoom: 1.5, draw: drawTumbler };
