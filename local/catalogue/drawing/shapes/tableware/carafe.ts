import { mix } from '../../colour.ts';
import { floor, type Look, type Shape } from '../../look.ts';
import { ellipse, n, type Paint, path } from '../../paint.ts';
import { patternOn } from '../../pattern.ts';
import { roundLight } from '../../surface.ts';
import { boxOf, outlineOf, type Turned, turnedBody, sides } from '../../turned.ts';
import { faint } from './glass.ts';

function drawCork(paint: Paint, look: Look, { neck, top }: { neck: number; top: number }): void {
  const cork: Turned = {
    tilt: 0.14,
    profile: sides(neck * 1.02, top - 54, neck * 1.05, top - 30, neck * 0.92, top + 22),
  };
  turnedBody(paint, cork, { ...look, main: '#c79a6b', pattern: 'speckle', finish: 'matte' });
  paint.add(ellipse([500, top - 54], [neck * 1.02, neck * 0.14], '#d8b186'));
}

function drawCarafe(paint: Paint, look: Look): void {
  const { random } = look;
  const height = random.between(440, 520);
  const belly = random.between(130, 165);
  const neck = random.between(46, 62);
  const top = floor - height;
  const shape: Turned = {
    tilt: 0.14,
    profile: sides(
      neck * 1.25,
      top,
      neck,
      top + height * 0.2,
      neck * 1.15,
      top + height * 0.36,
      belly * 0.9,
      top + height * 0.62,
      belly,
      floor - height * 0.2,
      belly * 0.9,
      floor - 10,
    ),
  };
  const outline = outlineOf(shape);
  paint.add(path(outline, mix(look.main, '#ffffff', 0.35), { opacity: 0.5 }));
  const level = top + height * random.between(0.5, 0.6);
  const drink = path(`M0 ${n(level)}H1000V1000H0z`, look.main, { opacity: 0.38 });
  const ribs = look.pattern === 'ribs' ? faint(patternOn(boxOf(shape), look, 0)) : '';
  paint.add(paint.within(outline, drink, ribs));
  paint.add(path(outline, roundLight(paint, boxOf(shape), 'glass')));
  paint.add(
    `<ellipse cx="500" cy="${n(top)}" rx="${n(neck * 1.25)}" ry="${n(neck * 0.18)}" fill="#ffffff" fill-opacity="0.3" stroke="#ffffff" stroke-opacity="0.85" stroke-width="4"/>`,
  );
  if (random.chance(0.55)) drawCork(paint, look, { neck, top });
  const gleam = `M${n(500 - belly * 0.66)} ${n(floor - height * 0.3)}q-4 70 14 ${n(height * 0.22)}h16q-20 -60 -12 ${n(-height * 0.22)}z`;
  paint.add(path(gleam, '#ffffff', { opacity: 0.55 }));
}

export const carafe: Shape = { stance: 'standing', footprint: 155, zoom: 1.2, draw: drawCarafe };
