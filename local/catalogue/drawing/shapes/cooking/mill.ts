import { floor, type Look, type Shape } from '../../look.ts';
import { type Paint, path } from '../../paint.ts';
import { corners, grain } from '../../pattern.ts';
import { roundLight } from '../../surface.ts';
import { boxOf, outlineOf, type Turned, turnedBody, sides } from '../../turned.ts';
import { knob } from '../handle.ts';

function drawMill(paint: Paint, look: Look): void {
  const { random, main } = look;
  const height = random.between(400, 480);
  const half = random.between(70, 88);
  const top = floor - height;
  const waist = random.between(0.5, 0.72);
  const body: Turned = {
    profile: sides(
      half * 0.86,
      top + 110,
      half * waist,
      top + height * 0.42,
      half * 0.8,
      top + height * 0.66,
      half,
      floor - 10,
    ),
  };
  turnedBody(paint, body, look);
  paint.add(paint.within(outlineOf(body), look.finish === 'wood' ? grain(boxOf(body), look, true) : ''));
  turnedBody(
    paint,
    {
      profile: sides(half * 0.4, top + 8, half * 0.92, top + 46, half * 0.86, top + 100),
    },
    { ...look, pattern: 'plain', main: random.chance(0.4) ? look.accent : main },
  );
  const metal = { x: 500 - half, y: top, width: half * 2, height: 10 };
  paint.add(
    path(corners({ x: 500 - half * 0.84, y: top + 98, width: half * 1.68, height: 12 }), '#b9bdc1'),
    path(
      corners({ x: 500 - half * 0.84, y: top + 98, width: half * 1.68, height: 12 }),
      roundLight(paint, metal, 'metal'),
    ),
  );
  knob(paint, [500, top + 8], 18, { ...look, main: '#b9bdc1', finish: 'metal' });
}

export const mill: Shape = { stance: 'standing', footprint: 90, zoom: 1.25, draw: drawMill };
