import { floor, type Look, type Shape } from '../../look.ts';
import type { Paint } from '../../paint.ts';
import { turnedBody } from '../../turned.ts';
import { halo, pole, shadeOn } from './glow.ts';

function drawTableLamp(paint: Paint, look: Look): void {
  const { random, accent } = look;
  const half = random.between(70, 130);
  const height = random.between(190, 260);
  const neck = floor - height;
  const base: readonly (readonly [number, number])[] = random.pick([
    [
      [22, neck],
      [half, neck + height * 0.4],
      [half * 0.86, floor - 44],
      [half * 0.6, floor - 8],
    ],
    [
      [20, neck],
      [24, neck + height * 0.7],
      [half, floor - 26],
      [half * 1.02, floor - 8],
    ],
    [
      [half * 0.5, neck],
      [half, neck + height * 0.5],
      [half * 0.5, floor - 8],
    ],
  ]);
  halo(paint, [500, neck - 120], 330);
  pole(paint, { x: 500, top: neck - 60, bottom: neck + 10, width: 12 }, '#b8924a');
  turnedBody(paint, { profile: base }, { ...look, main: accent });
  const bottom = random.between(170, 215);
  shadeOn(paint, { ...look, pattern: random.chance(0.3) ? 'ribs' : 'plain' }, [500, neck - 26], {
    top: bottom * random.between(0.55, 0.95),
    bottom,
    height: random.between(180, 230),
  });
}

export const tableLamp: Shape = { stance: 'standing', footprint: 130, zoom: 1.2, draw: drawTableLamp };
