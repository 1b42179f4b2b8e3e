import { shade } from '../../colour.ts';
import type { Look, Shape } from '../../look.ts';
import { ellipse, n, type Paint, path, roundedBox } from '../../paint.ts';
import { corners, grain } from '../../pattern.ts';
import { dropShadow } from '../../scene.ts';
import { flatLight } from '../../surface.ts';

function drawBoard(paint: Paint, look: Look): void {
  const { random, main } = look;
  const width = random.between(330, 430);
  const height = random.between(460, 540);
  const box = { x: 500 - width / 2, y: 560 - height / 2, width, height };
  const isRound = random.chance(0.3);
  const face = isRound
    ? `M${n(500 - width * 0.56)} 560a${n(width * 0.56)} ${n(width * 0.56)} 0 1 0 ${n(width * 1.12)} 0a${n(width * 0.56)} ${n(width * 0.56)} 0 1 0 ${n(-width * 1.12)} 0z`
    : roundedBox(box, random.between(20, 60));
  const grip = roundedBox({ x: 462, y: (isRound ? 560 - width * 0.56 : box.y) - 130, width: 76, height: 190 }, 38);
  paint.add(`<g transform="rotate(${n(random.between(-12, 12))} 500 520)">`);
  dropShadow(paint, `${face}${grip}`, 26);
  for (const part of [grip, face]) paint.add(path(part, main));
  const whole = { x: 200, y: 100, width: 600, height: 820 };
  paint.add(
    paint.within(grip, grain({ ...whole, x: 450, width: 100 }, look, true)),
    paint.within(face, grain(whole, look, true)),
  );
  if (look.pattern === 'stripes')
    for (const at of [0.25, 0.5, 0.75])
      paint.add(
        paint.within(
          face,
          path(corners({ x: box.x + width * at - 18, y: 0, width: 36, height: 1000 }), shade(main, -0.2)),
        ),
      );
  paint.add(path(face, flatLight(paint, box, 'wood')), path(grip, flatLight(paint, box, 'wood')));
  const hole = (isRound ? 560 - width * 0.56 : box.y) - 86;
  paint.add(ellipse([500, hole], [17, 17], '#e9e3d9'), ellipse([502, hole + 3], [15, 15], '#cfc5b8'));
  paint.add('</g>');
}

export const board: Shape = { stance: 'flat', zoom: 1.05, draw: drawBoard };
