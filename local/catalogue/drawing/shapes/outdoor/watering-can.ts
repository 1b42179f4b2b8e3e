import { mix, shade } from '../../colour.ts';
import { floor, type Look, type Shape } from '../../look.ts';
import { ellipse, n, type Paint, path } from '../../paint.ts';
import { reflection } from '../../surface.ts';
import { turnedBody, sides } from '../../turned.ts';
import { loop } from '../handle.ts';

function drawSpoutAndHandles(paint: Paint, { random, main }: Look, { half, top }: { half: number; top: number }): void {
  const neck = `M${n(500 - half * 0.8)} ${n(floor - 90)}L${n(500 - half - 190)} ${n(top - 34)}`;
  loop(paint, neck, shade(main, -0.03), 28);
  if (random.chance(0.6))
    paint.add(
      `<g transform="translate(${n(500 - half - 190)} ${n(top - 34)}) rotate(-44)">${path('M-30 24L-54 -34H54L30 24z', main)}${path('M-30 24L-54 -34H54L30 24z', '#1d140c', { opacity: 0.12 })}${ellipse([0, -34], [54, 13], shade(main, -0.16))}</g>`,
    );
  loop(
    paint,
    `M${n(500 + half * 0.4)} ${n(top + 16)}C${n(500 + half * 1.1)} ${n(top - 130)} ${n(500 + half * 2)} ${n(top + 20)} ${n(500 + half * 0.94)} ${n(floor - 70)}`,
    main,
    20,
  );
  loop(
    paint,
    `M${n(500 - half * 0.5)} ${n(top + 16)}C${n(500 - half * 0.4)} ${n(top - 120)} ${n(500 + half * 0.4)} ${n(top - 120)} ${n(500 + half * 0.5)} ${n(top + 16)}`,
    main,
    18,
  );
}

function drawWateringCan(paint: Paint, look: Look): void {
  const { random, main } = look;
  const half = random.between(140, 165);
  const height = random.between(230, 280);
  const top = floor - height;
  drawSpoutAndHandles(paint, look, { half, top });
  turnedBody(
    paint,
    {
      tilt: 0.12,
      isAngular: true,
      profile: sides(half * 0.84, top, half, floor - 10),
    },
    look,
  );
  paint.add(
    ellipse([500, top], [half * 0.84, half * 0.1], mix(main, '#ffffff', 0.3)),
    path(
      `M${n(500 - half * 0.78)} ${n(top)}a${n(half * 0.78)} ${n(half * 0.08)} 0 1 0 ${n(half * 1.56)} 0a${n(half * 0.78)} ${n(half * 0.08)} 0 1 0 ${n(-half * 1.56)} 0z`,
      shade(main, -0.3),
    ),
  );
  reflection(
    paint,
    `M${n(500 - half * 0.66)} ${n(top + 50)}l-12 ${n(height * 0.5)}h18l10 ${n(-height * 0.5)}z`,
    look.finish,
  );
}

export const wateringCan: Shape = { stance: 'standing', footprint: 165, zoom: 1.25, draw: drawWateringCan };
