import { shade } from '../../colour.ts';
import { floor, type Look, type Shape } from '../../look.ts';
import { ellipse, line, type Paint } from '../../paint.ts';
import { type Turned, turnedBody, sides } from '../../turned.ts';
import { halo, pole, shadeOn } from './glow.ts';

function drawFloorLamp(paint: Paint, look: Look): void {
  const { random, main, accent } = look;
  const metal = random.chance(0.5) ? '#2d2c2b' : accent;
  const isArc = random.chance(0.4);
  const x = isArc ? 340 : 500;
  halo(paint, isArc ? [640, 330] : [500, 260], 270);
  turnedBody(
    paint,
    {
      centre: x,
      tilt: 0.16,
      profile: sides(92, floor - 18, 96, floor - 4),
    },
    { ...look, main: metal, pattern: 'plain' },
  );
  paint.add(ellipse([x, floor - 18], [92, 15], shade(metal, 0.08)));
  if (isArc) {
    paint.add(line(`M${x} ${floor - 20}V330C${x} 150 640 120 640 260`, metal, 13));
    const dome: Turned = {
      centre: 640,
      tilt: 0.12,
      profile: sides(24, 262, 84, 296, 118, 366),
    };
    turnedBody(paint, dome, { ...look, pattern: 'plain' });
    paint.add(ellipse([640, 366], [118, 14], '#fff0cc'));
    return;
  }
  if (random.chance(0.5)) pole(paint, { x: 500, top: 200, bottom: floor - 16, width: 13 }, metal);
  else
    for (const side of [-1, 0, 1])
      paint.add(
        line(`M500 330L${500 + side * 128} ${floor + (side === 0 ? 6 : -8)}`, shade('#b98a58', side * 0.04), 15),
      );
  shadeOn(paint, { ...look, main, pattern: 'plain' }, [500, 340], {
    top: random.between(100, 130),
    bottom: random.between(130, 165),
    height: 190,
  });
}

export const floorLamp: Shape = { stance: 'standing', footprint: 120, zoom: 1.12, draw: drawFloorLamp };
