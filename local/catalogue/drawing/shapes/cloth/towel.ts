import { shade } from '../../colour.ts';
import type { Look, Shape } from '../../look.ts';
import { line, n, type Paint, path } from '../../paint.ts';
import { corners } from '../../pattern.ts';
import { dropShadow } from '../../scene.ts';
import { flatFace, slant } from '../../surface.ts';

function drawTowel(paint: Paint, look: Look): void {
  const { random, main } = look;
  const width = random.between(310, 370);
  const box = { x: 500 - width / 2, y: 210, width, height: random.between(560, 620) };
  paint.add(line(`M170 214H830`, '#b39b7c', 26), line('M170 208H830', '#ffffff', 5, { opacity: 0.35 }));
  const cloth = `M${n(box.x)} 204h${n(width)}l8 ${n(box.height)}q${n(-width * 0.25)} 22 ${n(-width * 0.5)} 4t${n(-width * 0.54)} 2z`;
  dropShadow(paint, cloth, 24);
  flatFace(paint, cloth, box, { ...look, finish: 'fabric' });
  const folds = [0.22, 0.5, 0.78].map((at) =>
    line(
      `M${n(box.x + width * at)} 220q${n(random.between(-16, 16))} 280 ${n(random.between(-8, 8))} ${n(box.height - 24)}`,
      shade(main, -0.1),
      16,
      { opacity: 0.16 },
    ),
  );
  paint.add(
    paint.within(cloth, ...folds),
    line(
      `M${n(box.x + 2)} ${n(box.y + box.height - 26)}q${n(width * 0.26)} 18 ${n(width * 0.52)} 4t${n(width * 0.48)} 2`,
      shade(main, -0.14),
      2.4,
      { 'stroke-dasharray': '8 7', opacity: 0.7 },
    ),
  );
  paint.add(
    path(
      corners({ x: box.x, y: 196, width, height: 34 }),
      slant(paint, [0, 196], [0, 232], { light: 0.35, dark: 0.16 }),
    ),
  );
}

export const towel: Shape = { stance: 'hanging', draw: drawTowel };
