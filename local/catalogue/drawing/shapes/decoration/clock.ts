import { mix, shade } from '../../colour.ts';
import type { Look, Shape } from '../../look.ts';
import { ellipse, ellipsePath, line, n, type Paint } from '../../paint.ts';
import { dropShadow } from '../../scene.ts';
import { slant } from '../../surface.ts';

const hours = Array.from({ length: 12 }, (_, hour) => hour);
const turned = (hour: number) => ({ transform: `rotate(${hour * 30} 500 500)` });

function lines(radius: number, ink: string): string {
  return hours
    .map((hour) => line(`M500 ${n(542 - radius)}v${hour % 3 ? 16 : 34}`, ink, hour % 3 ? 5 : 9, turned(hour)))
    .join('');
}

function quarters(radius: number, ink: string): string {
  return [0, 3, 6, 9].map((hour) => line(`M500 ${n(542 - radius)}v34`, ink, 9, turned(hour))).join('');
}

function dots(radius: number, ink: string): string {
  const sizeOf = (hour: number) => (hour % 3 ? 5 : 10);
  return hours.map((hour) => ellipse([500, 552 - radius], [sizeOf(hour), sizeOf(hour)], ink, turned(hour))).join('');
}

function drawClock(paint: Paint, look: Look): void {
  const { random, main, accent } = look;
  const radius = random.between(245, 275);
  const face = random.chance(0.5) ? '#f7f3ec' : mix(main, '#ffffff', 0.82);
  const isInverse = random.chance(0.3);
  const [dial, ink] = isInverse ? [main, mix(main, '#ffffff', 0.85)] : [face, shade(main, -0.22)];
  dropShadow(paint, ellipsePath([500, 500], radius, radius), 28);
  paint.add(
    ellipse([500, 500], [radius, radius], isInverse ? shade(main, -0.1) : main),
    ellipse([500, 500], [radius, radius], slant(paint, [260, 260], [740, 740], { light: 0.4, dark: 0.34 })),
  );
  paint.add(ellipse([500, 500], [radius - 24, radius - 24], dial));
  paint.add(random.pick([lines, quarters, dots])(radius, ink));
  const hand = (length: number, width: number, turn: number, colour: string) =>
    line(`M500 530V${n(500 - length)}`, colour, width, { transform: `rotate(${n(turn)} 500 500)` });
  paint.add(
    `<g transform="translate(5 9)" opacity="0.18">${hand(radius * 0.5, 13, 305, '#000000')}${hand(radius * 0.72, 9, 60, '#000000')}</g>`,
  );
  paint.add(
    hand(radius * 0.5, 13, 305, ink),
    hand(radius * 0.72, 9, 60, ink),
    hand(radius * 0.76, 3.4, random.int(120, 240), accent),
    ellipse([500, 500], [15, 15], accent),
  );
  paint.add(
    ellipse([500, 500], [radius - 24, radius - 24], slant(paint, [300, 300], [640, 700], { light: 0.3, dark: 0.08 })),
  );
}

export const clock: Shape = { stance: 'hanging', zoom: 1.1, draw: drawClock };
