import { mix, shade } from '../../colour.ts';
import type { Look, Shape } from '../../look.ts';
import { ellipse, ellipsePath, line, n, type Paint } from '../../paint.ts';
import { dropShadow } from '../../scene.ts';

function drawClock(paint: Paint, look: Look): void {
  const { random, main, accent } = look;
  const radius = random.between(245, 275);
  const face = random.chance(0.5) ? '#f7f3ec' : mix(main, '#ffffff', 0.82);
  const isInverse = random.chance(0.3);
  const [dial, ink] = isInverse ? [main, mix(main, '#ffffff', 0.85)] : [face, shade(main, -0.22)];
  dropShadow(paint, ellipsePath([500, 500], radius, radius), 28);
  paint.add(
    ellipse([500, 500], [radius, radius], isInverse ? shade(main, -0.1) : main),
    ellipse(
      [500, 500],
      [radius, radius],
      paint.linear(
        [260, 260],
        [740, 740],
        [
          [0, '#ffffff', 0.4],
          [0.5, '#ffffff', 0],
          [1, '#1d140c', 0.34],
        ],
      ),
    ),
  );
  paint.add(ellipse([500, 500], [radius - 24, radius - 24], dial));
  const marks = random.int(0, 2);
  for (let hour = 0; hour < 12; hour++) {
    if (marks === 1 && hour % 3 > 0) continue;
    const mark = hour % 3 === 0 ? 34 : 16;
    paint.add(
      marks === 2
        ? ellipse([500, 500 - radius + 52], [hour % 3 ? 5 : 10, hour % 3 ? 5 : 10], ink, {
            transform: `rotate(${hour * 30} 500 500)`,
          })
        : line(`M500 ${n(500 - radius + 42)}v${mark}`, ink, hour % 3 ? 5 : 9, {
            transform: `rotate(${hour * 30} 500 500)`,
          }),
    );
  }
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
    ellipse(
      [500, 500],
      [radius - 24, radius - 24],
      paint.linear(
        [300, 300],
        [640, 700],
        [
          [0, '#ffffff', 0.3],
          [0.5, '#ffffff', 0],
          [1, '#1d140c', 0.08],
        ],
      ),
    ),
  );
}

export const clock: Shape = { stance: 'hanging', zoom: 1.1, draw: drawClock };
