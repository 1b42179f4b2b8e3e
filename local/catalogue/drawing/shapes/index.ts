import type { Shape } from '../look.ts';
import { mug } from './tableware/mug.ts';
import { cup } from './tableware/cup.ts';
import { plate } from './tableware/plate.ts';
import { bowl } from './tableware/bowl.ts';
import { tumbler } from './tableware/tumbler.ts';
import { carafe } from './tableware/carafe.ts';
import { teapot } from './cooking/teapot.ts';
import { dripper } from './cooking/dripper.ts';
import { kettle } from './cooking/kettle.ts';
import { casserole } from './cooking/casserole.ts';
import { pan } from './cooking/pan.ts';
import { knife } from './cooking/knife.ts';
import { board } from './cooking/board.ts';
import { towel } from './cloth/towel.ts';
import { apron } from './cloth/apron.ts';
import { jar } from './cooking/jar.ts';
import { mill } from './cooking/mill.ts';
import { tableLamp } from './lighting/table-lamp.ts';
import { floorLamp } from './lighting/floor-lamp.ts';
import { pendant } from './lighting/pendant.ts';
import { lantern } from './lighting/lantern.ts';
import { chair } from './furniture/chair.ts';
import { stool } from './furniture/stool.ts';
import { sideTable } from './furniture/side-table.ts';
import { desk } from './furniture/desk.ts';
import { shelf } from './furniture/shelf.ts';
import { blanket } from './cloth/blanket.ts';
import { cushion } from './cloth/cushion.ts';
import { rug } from './cloth/rug.ts';
import { towels } from './cloth/towels.ts';
import { vase } from './decoration/vase.ts';
import { plantPot } from './decoration/plant-pot.ts';
import { candle } from './decoration/candle.ts';
import { mirror } from './decoration/mirror.ts';
import { clock } from './decoration/clock.ts';
import { print } from './decoration/print.ts';
import { basket } from './decoration/basket.ts';
import { notebook } from './paper/notebook.ts';
import { planner } from './paper/planner.ts';
import { pen } from './paper/pen.ts';
import { penPot } from './paper/pen-pot.ts';
import { scissors } from './paper/scissors.ts';
import { cards } from './paper/cards.ts';
import { backpack } from './outdoor/backpack.ts';
import { bottle } from './outdoor/bottle.ts';
import { tent } from './outdoor/tent.ts';
import { wateringCan } from './outdoor/watering-can.ts';
import { trowel } from './outdoor/trowel.ts';
import { tote } from './cloth/tote.ts';
import { campChair } from './outdoor/camp-chair.ts';

const all = {
  mug,
  cup,
  plate,
  bowl,
  tumbler,
  carafe,
  teapot,
  dripper,
  kettle,
  casserole,
  pan,
  knife,
  board,
  towel,
  apron,
  jar,
  mill,
  tableLamp,
  floorLamp,
  pendant,
  lantern,
  chair,
  stool,
  sideTable,
  desk,
  shelf,
  blanket,
  cushion,
  rug,
  towels,
  vase,
  plantPot,
  candle,
  mirror,
  clock,
  print,
  basket,
  notebook,
  planner,
  pen,
  penPot,
  scissors,
  cards,
  backpack,
  bottle,
  tent,
  wateringCan,
  trowel,
  tote,
  campChair,
} satisfies Record<string, Shape>;
export type ShapeName = keyof typeof all;
export const shapes: Readonly<Record<ShapeName, Shape>> = all;
