import { mix, shade } from '../../colour.ts';
import { floor, type Look, type Shape } from '../../look.ts';
import { ellipse, type Paint } from '../../paint.ts';
import { opening, type Turned, turnedBody, sides } from '../../turned.ts';

function drawBowl(paint: Paint, look: Look): void {
  const { random, main } = look;
  const half = random.between(250, 300);
  const height = random.between(200, 280);
  const top = floor - height;
  const foot = half * random.between(0.34, 0.46);
  const tilt = random.between(0.2, 0.27);
  const body: Turned = {
    tilt,
    profile: sides(
      half,
      top,
      half * 0.93,
      top + height * 0.38,
      half * 0.66,
      floor - height * 0.24,
      foot * 1.04,
      floor - 26,
      foot,
      floor - 8,
    ),
  };
  turnedBody(paint, body, look);
  opening(paint, look, {
    centre: [500, top],
    half: half,
    tilt,
    rim: 9,
    inside: random.chance(0.5) ? mix(main, '#f5efe4', 0.75) : shade(main, -0.08),
  });
  paint.add(ellipse([500, top + half * tilt * 0.42], [half * 0.62, half * tilt * 0.42], '#ffffff', { opacity: 0.13 }));
}

export const bowl: Shape = { stance: 'standing', footprint: 175, zoom: 1.2, draw: drawBowl };
