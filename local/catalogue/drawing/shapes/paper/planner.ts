import { mix } from '../../colour.ts';
import type { Look, Shape } from '../../look.ts';
import { line, n, type Paint, path, roundedBox } from '../../paint.ts';
import { corners } from '../../pattern.ts';
import { dropShadow } from '../../scene.ts';
import { flatLight } from '../../surface.ts';
import { tilted } from './tilted.ts';

function drawPlanner(paint: Paint, look: Look): void {
  const { random, main, accent } = look;
  const box = { x: 175, y: 270, width: 650, height: 470 };
  const sheet = roundedBox(box, 10);
  tilted(paint, look, 6, () => {
    dropShadow(paint, sheet, 18);
    paint.add(path(roundedBox({ ...box, x: box.x + 5, y: box.y + 7 }, 10), '#e2dacb'), path(sheet, '#fbf8f1'));
    paint.add(
      paint.within(sheet, path(corners({ ...box, height: 78 }), main)),
      line(`M${box.x + 34} ${box.y + 40}h150`, mix(main, '#ffffff', 0.8), 9),
    );
    const columns = random.pick([5, 7]);
    for (let column = 0; column < columns; column++) {
      const x = box.x + 28 + (column * (box.width - 56)) / columns;
      const width = (box.width - 56) / columns - 10;
      paint.add(
        path(
          roundedBox({ x, y: box.y + 100, width, height: 30 }, 6),
          column % 2 ? mix(accent, '#ffffff', 0.55) : mix(main, '#ffffff', 0.7),
        ),
      );
      for (let row = 0; row < 7; row++)
        paint.add(line(`M${n(x)} ${n(box.y + 168 + row * 42)}h${n(width)}`, '#d5ccbc', 2.4));
      if (random.chance(0.6))
        paint.add(
          line(
            `M${n(x + 6)} ${n(box.y + 158 + random.int(0, 4) * 42)}q${n(width * 0.3)} -12 ${n(width * 0.6)} 0`,
            mix(accent, '#2b2621', 0.35),
            4,
          ),
        );
    }
    paint.add(path(sheet, flatLight(paint, box, 'matte')));
  });
}

export const planner: Shape = { stance: 'flat', zoom: 1.08, draw: drawPlanner };
