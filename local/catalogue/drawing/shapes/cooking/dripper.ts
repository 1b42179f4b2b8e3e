import { shade } from '../../colour.ts';
import { floor, type Look, type Shape } from '../../look.ts';
import { ellipse, n, type Paint } from '../../paint.ts';
import { opening, type Turned, turnedBody, sides } from '../../turned.ts';
import { loop } from '../handle.ts';
import { drawGlass } from '../tableware/glass.ts';

function drawDripper(paint: Paint, look: Look): void {
  const { random, main } = look;
  const rim = random.between(160, 180);
  drawGlass(paint, { ...look, main: '#6b4128', pattern: 'plain' }, { centre: 500, half: 118, height: 240 });
  const y = floor - 240;
  paint.add(ellipse([500, y - 4], [150, 22], shade(main, -0.12)), ellipse([500, y - 12], [150, 22], main));
  loop(paint, `M620 ${n(y - 150)}c92 -6 84 96 -34 100`, main, 18);
  const cone: Turned = {
    tilt: 0.16,
    profile: sides(rim, y - 190, rim * 0.66, y - 90, 62, y - 12),
  };
  turnedBody(paint, cone, look);
  opening(paint, look, { centre: [500, y - 190], half: rim, tilt: 0.16, inside: '#f3ece1' });
  paint.add(ellipse([500, y - 178], [rim * 0.72, rim * 0.09], '#5a3a24'));
}

export const dripper: Shape = { stance: 'standing', footprint: 130, zoom: 1.3, draw: drawDripper };
