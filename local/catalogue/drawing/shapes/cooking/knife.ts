import type { Look, Shape } from '../../look.ts';
import { ellipse, line, n, type Paint, path } from '../../paint.ts';
import { grain } from '../../pattern.ts';
import { dropShadow } from '../../scene.ts';
import { flatLight } from '../../surface.ts';

function drawKnife(paint: Paint, look: Look): void {
  const { random, main } = look;
  const length = random.between(400, 470);
  const depth = random.between(62, 92);
  const [x, y] = [330, 500];
  const blade = `M${x} ${y - 22}h${n(length * 0.7)}q${n(length * 0.22)} 6 ${n(length * 0.3)} ${n(depth)}q${n(-length * 0.4)} 16 ${n(-length)} ${n(22 - 22 + 14)}z`;
  const grip = `M${x + 6} ${y - 26}h-210q-52 0 -56 40q2 44 44 42l222 -10z`;
  paint.add(`<g transform="rotate(${n(random.between(-32, -20))} 500 500)">`);
  dropShadow(paint, `${blade}${grip}`, 20);
  paint.add(
    path(blade, '#c9cdd0'),
    path(
      blade,
      paint.linear(
        [x, y - 30],
        [x + 60, y + depth],
        [
          [0, '#ffffff', 0.7],
          [0.4, '#8f979c', 0.35],
          [0.62, '#ffffff', 0.5],
          [1, '#6f777c', 0.5],
        ],
      ),
    ),
  );
  paint.add(
    line(`M${x + 20} ${y + 40}q${n(length * 0.5)} 16 ${n(length * 0.92)} ${n(depth - 64)}`, '#ffffff', 3, {
      opacity: 0.6,
    }),
  );
  const box = { x: x - 270, y: y - 30, width: 290, height: 90 };
  paint.add(
    path(grip, main),
    paint.within(grip, look.finish === 'wood' ? grain(box, look) : ''),
    path(grip, flatLight(paint, box, 'gloss')),
  );
  for (const at of [-50, -120, -190]) paint.add(ellipse([x + at, y + 12], [8, 8], '#d9cfae'));
  paint.add('</g>');
}

export const knife: Shape = { stance: 'flat', zoom: 1.22, draw: drawKnife };
