import { mix, shade } from '../../colour.ts';
import type { Look, Shape } from '../../look.ts';
import { ellipse, line, n, type Paint, path, roundedBox, type Box } from '../../paint.ts';
import { corners } from '../../pattern.ts';
import { dropShadow } from '../../scene.ts';
import { flatFace } from '../../surface.ts';
import { tilted } from './tilted.ts';

function pages(paint: Paint, { x, y, width, height }: Box): void {
  for (let sheet = 5; sheet > 0; sheet--)
    paint.add(
      path(
        roundedBox({ x: x + sheet * 2.4, y: y + sheet * 2.4, width, height }, 12),
        sheet % 2 ? '#f4efe4' : '#ddd5c6',
      ),
    );
}

function quarterBound(paint: Paint, { accent }: Look, box: Box): string {
  const spine = box.width * 0.13;
  const crease = path(corners({ ...box, x: box.x + spine, width: 5 }), '#1d140c', { opacity: 0.2 });
  return paint.within(roundedBox(box, 16), path(corners({ ...box, width: spine }), accent), crease);
}

function ringBound(_: Paint, { main }: Look, { x, y, height }: Box): string {
  const rings = Array.from({ length: 17 }, (__, ring) => y + 34 + (ring * (height - 68)) / 16);
  return rings
    .map((at) => line(`M${n(x - 12)} ${n(at)}h34`, '#8f9498', 7) + ellipse([x + 24, at], [5, 5], shade(main, -0.25)))
    .join('');
}

/** Held shut by an elastic band. */
function banded(paint: Paint, { accent }: Look, box: Box): string {
  const band = line(`M${n(box.x + box.width * 0.86)} ${n(box.y - 4)}v${n(box.height + 8)}`, accent, 13);
  return paint.within(roundedBox(box, 16), band, path(corners({ ...box, width: 26 }), '#1d140c', { opacity: 0.1 }));
}

function drawNotebook(paint: Paint, look: Look): void {
  const { random, main, accent } = look;
  const width = random.between(390, 440);
  const height = width * random.between(1.34, 1.46);
  const box = { x: 500 - width / 2, y: 500 - height / 2, width, height };
  const cover = roundedBox(box, 16);
  tilted(paint, look, 10, () => {
    dropShadow(paint, cover, 26);
    pages(paint, box);
    flatFace(paint, cover, box, { ...look, finish: 'matte' });
    paint.add(random.pick([quarterBound, ringBound, banded])(paint, look, box));
    const label = { x: 500 - width * 0.24, y: box.y + height * 0.22, width: width * 0.5, height: height * 0.17 };
    if (random.chance(0.55))
      paint.add(
        path(roundedBox(label, 6), '#f8f4ea'),
        line(
          `M${n(label.x + 24)} ${n(label.y + label.height * 0.42)}h${n(label.width - 48)}M${n(label.x + 24)} ${n(label.y + label.height * 0.68)}h${n(label.width * 0.5)}`,
          mix(main, '#3a342d', 0.6),
          4,
        ),
      );
    if (random.chance(0.4))
      paint.add(path(`M${n(500 + width * 0.2)} ${n(box.y + height)}v44l11 -12l11 12v-44z`, accent));
  });
}

export const notebook: Shape = { stance: 'flat', zoom: 1.06, draw: drawNotebook };
