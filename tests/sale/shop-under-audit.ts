import { readFile } from 'node:fs/promises';

import { formatBreaches, type Terms } from '../auditor/audit.ts';
import { openAuditor, type Auditor } from '../auditor/auditor.ts';
import { targetOf, type StoresFile, type Target } from '../auditor/target.ts';
import { openShop, type Shop } from '../cluster/cluster.ts';
import { sendWebhooksTo, type Stores } from '../cluster/surroundings.ts';
import { openApi, type Api } from './api.ts';
import { merchantOf, type Merchant } from './merchant.ts';

/** The one shop of the tests that sells and hears of it by webhooks, with its merchant, and an auditor that looks over its shoulder. */
export type ShopUnderAudit = {
  shop: Shop;
  api: Api;
  merchant: Merchant;
  world: Target;
  auditor: Auditor;
  /** Throws with every breach: call it once nothing is ordered any more. */
  audit(terms?: Partial<Terms> & { withinMs?: number }): Promise<void>;
  close(): Promise<void>;
};

/** Parcels move when they are told to, so an order may rest once it is paid for. */
const settled = ['captured', 'handed-over', 'delivered', 'cancelled'];

export async function openShopUnderAudit(name: string): Promise<ShopUnderAudit> {
  const shop = await openShop({ name });
  const stores = JSON.parse(await readFile(String(process.env['STOREFRONT_TEST_STORES']), 'utf8')) as StoresFile &
    Stores;
  await sendWebhooksTo(shop.url, stores);
  const world = targetOf(stores, (await shop.storefront()) as Parameters<typeof targetOf>[1]);
  const auditor = await openAuditor(world);
  const api = openApi(shop.url);
  return {
    shop,
    api,
    merchant: merchantOf(api, await shop.merchantToken()),
    world,
    auditor,
    async audit(terms = {}) {
      const breaches = await auditor.checkAtRest({ settled, ...terms });
      if (breaches.length > 0) throw new Error(`${breaches.length} breaches:\n${formatBreaches(breaches)}`);
    },
    async close() {
      await auditor.close();
      await api.close();
      await shop.remove();
    },
  };
}
