import { mix, shade } from '../../colour.ts';
import { floor, type Look, type Shape } from '../../look.ts';
import { line, n, type Paint, path } from '../../paint.ts';
import { flatFace } from '../../surface.ts';

function drawDoor(
  paint: Paint,
  { main, accent }: Look,
  { half, top, apex }: { half: number; top: number; apex: number },
): void {
  const door = `M${n(apex)} ${n(top + 70)}Q${n(500 + half * 0.04)} ${n(top + 200)} ${n(500 + half * 0.12)} ${floor}H${n(500 - half * 0.52)}Q${n(apex - 60)} ${n(top + 220)} ${n(apex)} ${n(top + 70)}z`;
  paint.add(
    path(door, mix(accent, '#ffe3a8', 0.55)),
    path(
      door,
      paint.radial([470, floor - 40], 260, [
        [0, '#fff2cf', 0.9],
        [1, '#5c3b20', 0.3],
      ]),
    ),
  );
  const fold = `M${n(apex)} ${n(top + 70)}Q${n(apex - 60)} ${n(top + 220)} ${n(500 - half * 0.52)} ${floor}h70Q${n(apex - 40)} ${n(top + 240)} ${n(apex)} ${n(top + 70)}z`;
  paint.add(
    path(fold, shade(main, 0.06)),
    line(
      `M${n(apex)} ${n(top)}Q${n(apex + 60)} ${n(top + 160)} ${n(500 + half * 0.2)} ${floor}`,
      shade(main, -0.18),
      4,
    ),
  );
}

function drawTent(paint: Paint, look: Look): void {
  const { random, main } = look;
  const half = random.between(290, 320);
  const top = floor - random.between(330, 390);
  const apex = 500 + random.between(-40, 20);
  for (const side of [-1, 1])
    paint.add(
      line(
        `M${n(500 + side * half * 0.7)} ${n(floor - 120)}L${n(500 + side * (half + 110))} ${floor + 6}`,
        '#8d8270',
        3.4,
      ),
    );
  const whole = `M${n(500 - half)} ${floor}Q${n(apex - half * 0.36)} ${n(top + 120)} ${n(apex)} ${n(top)}Q${n(apex + half * 0.5)} ${n(top + 110)} ${n(500 + half)} ${floor}z`;
  flatFace(
    paint,
    whole,
    { x: 500 - half, y: top, width: half * 2, height: floor - top },
    { ...look, finish: 'fabric' },
  );
  const side = `M${n(apex)} ${n(top)}Q${n(apex + half * 0.5)} ${n(top + 110)} ${n(500 + half)} ${floor}H${n(500 + half * 0.2)}Q${n(apex + 60)} ${n(top + 160)} ${n(apex)} ${n(top)}z`;
  paint.add(path(side, '#1d140c', { opacity: 0.2 }));
  drawDoor(paint, look, { half, top, apex });
  paint.add(line(whole, shade(main, -0.16), 5));
}

export const tent: Shape = { stance: 'standing', footprint: 300, zoom: 1.16, draw: drawTent };
