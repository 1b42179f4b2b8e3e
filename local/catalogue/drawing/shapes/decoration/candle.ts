import { mix } from '../../colour.ts';
import { floor, type Look, type Shape } from '../../look.ts';
import { ellipse, line, n, type Paint, path } from '../../paint.ts';
import { type Turned, turnedBody, sides } from '../../turned.ts';

function drawCandle(paint: Paint, look: Look): void {
  const { random, main, accent } = look;
  const places = random.pick([[500], [400, 600], [360, 500, 640]]);
  for (const centre of places) {
    const height = random.between(120, 270);
    const top = floor - height;
    const width = random.between(20, 26);
    const holder: Turned = {
      centre,
      profile: sides(34, top, 18, top + 30, 16, top + height * 0.6, 70, floor - 16, 72, floor - 6),
    };
    const candle: Turned = {
      centre,
      isAngular: true,
      profile: sides(width, top - random.between(150, 210), width, top + 10),
    };
    turnedBody(paint, candle, { ...look, main: mix(accent, '#fbf5ea', 0.6), pattern: 'plain', finish: 'matte' });
    const wick = candle.profile[0]![1];
    paint.add(
      ellipse([centre, wick], [width, width * 0.13], '#fff6e3'),
      line(`M${centre} ${n(wick)}v-14`, '#3a322b', 4),
    );
    const flame = paint.radial([centre, wick - 44], 110, [
      [0, '#ffd98a', 0.6],
      [1, '#ffd98a', 0],
    ]);
    paint.add(
      ellipse([centre, wick - 44], [110, 110], flame),
      path(`M${centre} ${n(wick - 84)}c24 34 20 66 0 72c-20 -6 -24 -38 0 -72z`, '#ffc45c'),
      path(`M${centre} ${n(wick - 58)}c11 18 9 38 0 42c-9 -4 -11 -24 0 -42z`, '#fff4d8'),
    );
    turnedBody(paint, holder, { ...look, main, pattern: 'plain' });
  }
}

export const candle: Shape = { stance: 'standing', footprint: 160, zoom: 1.3, draw: drawCandle };
