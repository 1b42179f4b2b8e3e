import { shade } from '../../colour.ts';
import { floor, type Look, type Shape } from '../../look.ts';
import { ellipse, line, n, type Paint, path, roundedBox } from '../../paint.ts';
import { reflection } from '../../surface.ts';
import { type Turned, turnedBody, sides } from '../../turned.ts';
import { oak } from '../../wood.ts';
import { knob } from '../handle.ts';

function drawJar(paint: Paint, look: Look): void {
  const { random, main } = look;
  const half = random.between(130, 155);
  const height = random.between(260, 380);
  const top = floor - height;
  turnedBody(
    paint,
    {
      tilt: 0.12,
      profile: sides(half, top, half, floor - 40, half * 0.94, floor - 8),
    },
    look,
  );
  const wood = { ...look, main: random.chance(0.6) ? oak : main, pattern: 'plain', finish: 'wood' } as const;
  const lid: Turned = {
    tilt: 0.12,
    profile: sides(half * 1.03, top - 44, half * 1.03, top + 2),
  };
  turnedBody(paint, lid, wood);
  paint.add(ellipse([500, top - 44], [half * 1.03, half * 0.124], shade(wood.main, 0.06)));
  if (random.chance(0.5)) knob(paint, [500, top - 46], 26, wood);
  const label = roundedBox({ x: 430, y: top + height * 0.36, width: 140, height: 86 }, 8);
  if (random.chance(0.45))
    paint.add(
      path(label, '#f5f0e6', { opacity: 0.92 }),
      line(`M456 ${n(top + height * 0.36 + 34)}h88M474 ${n(top + height * 0.36 + 54)}h52`, '#6b5f52', 4),
    );
  reflection(paint, `M${n(500 - half * 0.72)} ${n(top + 50)}v${n(height * 0.6)}h18v${n(-height * 0.6)}z`, look.finish);
}

export const jar: Shape = { stance: 'standing', footprint: 150, zoom: 1.4, draw: drawJar };
