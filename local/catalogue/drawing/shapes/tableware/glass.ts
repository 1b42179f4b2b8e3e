import { mix } from '../../colour.ts';
import { floor, type Look } from '../../look.ts';
import { ellipse, n, type Paint, path } from '../../paint.ts';
import { patternOn } from '../../pattern.ts';
import { roundLight } from '../../surface.ts';
import { boxOf, outlineOf, type Turned, sides } from '../../turned.ts';

export function drawGlass(
  paint: Paint,
  look: Look,
  { centre, half, height }: { centre: number; half: number; height: number },
): void {
  const top = floor - height;
  const foot = half * 0.86;
  const glass: Turned = {
    centre,
    tilt: 0.16,
    profile: sides(half, top, half * 0.97, top + height * 0.4, foot, floor - 8),
  };
  const outline = outlineOf(glass);
  paint.add(path(outline, mix(look.main, '#ffffff', 0.3), { opacity: 0.46 }));
  if (look.pattern === 'ribs') paint.add(faint(paint.within(outline, patternOn(boxOf(glass), look, 0))));
  const surface = top + height * 0.34;
  const drink: Turned = {
    centre,
    tilt: 0.16,
    profile: sides(half * 0.93, surface, foot * 0.94, floor - 22),
  };
  paint.add(
    path(outlineOf(drink), look.main, { opacity: 0.34 }),
    ellipse([centre, surface], [half * 0.93, half * 0.93 * 0.16], mix(look.main, '#ffffff', 0.5), { opacity: 0.75 }),
  );
  paint.add(path(outline, roundLight(paint, boxOf(glass), 'glass')));
  paint.add(ellipse([centre, floor - 14], [foot * 0.92, foot * 0.15], '#ffffff', { opacity: 0.4 }));
  paint.add(
    `<ellipse cx="${n(centre)}" cy="${n(top)}" rx="${n(half)}" ry="${n(half * 0.16)}" fill="#ffffff" fill-opacity="0.25" stroke="#ffffff" stroke-opacity="0.85" stroke-width="4"/>`,
  );
  paint.add(
    path(
      `M${n(centre - half * 0.72)} ${n(top + 40)}l${n(half * 0.06)} ${n(height * 0.7)}h12l-4 ${n(-height * 0.7)}z`,
      '#ffffff',
      { opacity: 0.55 },
    ),
  );
}

/** Ribs in glass show less than on clay. */
export const faint = (elements: string) => `<g opacity="0.5">${elements}</g>`;
