/** One thing to do in the shop that is measured: `node task.ts` with a Ground and a Task on its standard input prints what came of it. */
import { openApi } from '../api.ts';
import { readGround } from '../ground.ts';
import { buyFor, fillCartsFor } from './buyers.ts';
import { deliverAll } from './parcels.ts';
import { offerGoods, withdrawGoods } from './shelf.ts';

/** `skus` are bought in turn; `perSecond` null: as often as ten buyers can. */
export type Task =
  | { kind: 'offer' }
  | { kind: 'carts' | 'checkouts'; skus: readonly string[]; perSecond: number | null; seconds: number }
  | { kind: 'deliver' }
  | { kind: 'withdraw'; productIds: readonly string[] };

const { task, target, url, sources, merchantToken } = await readGround<{ task: Task }>();
const api = openApi(url, sources);
process.stdout.write(`${JSON.stringify((await perform()) ?? {})}\n`);
await api.close();

async function perform(): Promise<unknown> {
  switch (task.kind) {
    case 'offer':
      return offerGoods(api, merchantToken);
    case 'carts':
      return fillCartsFor({ ...task, url, sources });
    case 'checkouts':
      return buyFor({ ...task, url, sources }, target);
    case 'deliver':
      return deliverAll(target);
    case 'withdraw':
      return withdrawGoods(api, merchantToken, task.productIds);
  }
}
