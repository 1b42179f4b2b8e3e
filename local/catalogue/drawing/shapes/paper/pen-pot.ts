import { shade } from '../../colour.ts';
import { floor, type Look, type Shape } from '../../look.ts';
import { ellipse, n, type Paint, path } from '../../paint.ts';
import { opening, turnedBody, sides } from '../../turned.ts';

function drawPenPot(paint: Paint, look: Look): void {
  const { random, main, accent } = look;
  const half = random.between(105, 130);
  const height = random.between(210, 260);
  const top = floor - height;
  const tools = ['#d6a23a', '#35405a', '#c39a66', '#9c4a2b', accent, '#5f6b47'];
  opening(paint, look, { centre: [500, top], half: half, inside: shade(main, -0.24) });
  for (let tool = 0; tool < 6; tool++) {
    const x = 500 + (tool - 2.5) * half * 0.28;
    const turn = (tool - 2.5) * 5 + random.between(-3, 3);
    const length = random.between(150, 240);
    const colour = random.pick(tools);
    const tip = random.chance(0.55)
      ? path(`M-11 ${n(-length)}L0 ${n(-length - 38)}L11 ${n(-length)}z`, '#e8cfa6') +
        path(`M-4 ${n(-length - 25)}L0 ${n(-length - 38)}L4 ${n(-length - 25)}z`, shade(colour, -0.2))
      : ellipse([0, -length], [11, 9], shade(colour, 0.08));
    paint.add(
      `<g transform="translate(${n(x)} ${n(top + 20)}) rotate(${n(turn)})">${path(`M-11 20V${n(-length)}H11V20z`, colour)}${path(`M-11 20V${n(-length)}H-3V20z`, '#ffffff', { opacity: 0.22 })}${path(`M5 20V${n(-length)}H11V20z`, '#000000', { opacity: 0.16 })}${tip}</g>`,
    );
  }
  turnedBody(
    paint,
    {
      profile: sides(half, top, half, floor - 40, half * 0.95, floor - 8),
    },
    look,
  );
}

export const penPot: Shape = { stance: 'standing', footprint: 120, zoom: 1.4, draw: drawPenPot };
