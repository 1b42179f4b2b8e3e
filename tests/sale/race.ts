/** 500 buyers of five units, 20 times: `node race.ts` with a Ground on its standard input prints a RaceResult. */
import { randomUUID } from 'node:crypto';

import { formatBreaches } from '../auditor/audit.ts';
import { openAuditor } from '../auditor/auditor.ts';
import { openApi, type Api } from './api.ts';
import { cards, insistOnOrder, prepareCheckout, type Checkout } from './buyer.ts';
import { readGround } from './ground.ts';
import { merchantOf } from './merchant.ts';

const runs = 20;
const buyers = 500;
const units = 5;
/** Who gets ready at once; the race itself has no such bound. */
const atOnce = 40;

/** `sold`: orders of each run. `seconds`: from the first press of a button to the last answer, each run. */
export type RaceResult = {
  runs: number;
  buyers: number;
  units: number;
  sold: number[];
  seconds: number[];
  breaches: string;
};

const { url, sources, merchantToken, target } = await readGround();
const api = openApi(url, sources);
const auditor = await openAuditor(target);
const merchant = merchantOf(api, merchantToken);
const accepted: string[] = [];
const result: RaceResult = { runs, buyers, units, sold: [], seconds: [], breaches: '' };
for (let run = 1; run <= runs; run += 1) {
  const sku = `race-${randomUUID().slice(0, 8)}`;
  const { productId } = await merchant.offer(sku, { units });
  const checkouts = await prepareAll(sku);
  const startedAt = performance.now();
  const answers = await Promise.all(checkouts.map((checkout) => insistOnOrder(api, checkout, { withinMs: 120_000 })));
  const sold = answers.filter(({ status }) => status === 201).map(({ body }) => body.orderId);
  const odd = answers.filter(({ status, body }) => status !== 201 && body?.code !== 'out-of-stock');
  accepted.push(...sold);
  await merchant.unpublish(productId);
  result.sold.push(sold.length);
  result.seconds.push((performance.now() - startedAt) / 1_000);
  const oddities = odd[0] ? `; ${odd.length} odd, such as ${odd[0].text}` : '';
  process.stderr.write(`run ${run}: ${sold.length} of ${units} sold to ${buyers}${oddities}\n`);
}
const breaches = await auditor.checkAtRest({ accepted, withinMs: 600_000 });
result.breaches = formatBreaches(breaches);
await auditor.close();
await api.close();
process.stdout.write(`${JSON.stringify(result)}\n`);

async function prepareAll(sku: string): Promise<Checkout[]> {
  const checkouts: Checkout[] = [];
  let begun = 0;
  const prepareSome = async (from: Api) => {
    while (begun < buyers) {
      begun += 1;
      checkouts.push(await prepareCheckout(from, [{ sku, units: 1 }], cards.good));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, () => prepareSome(api)));
  return checkouts;
}
