import { formatBreaches, type Terms } from '../auditor/audit.ts';
import { openAuditor, type Auditor } from '../auditor/auditor.ts';
import { targetOf, type Target } from '../auditor/target.ts';
import { openShop, readStores, type Shop } from '../cluster/cluster.ts';
import { sendWebhooksTo } from '../cluster/surroundings.ts';
import { startVendors, type Vendors } from '../cluster/vendors.ts';
import { openApi, type Api } from './api.ts';
import { merchantOf, type Merchant } from './merchant.ts';

/** A shop that sells, with a Stripe and a carrier of its own and their webhooks, its merchant, and an auditor that looks over its shoulder. */
export type ShopUnderAudit = {
  shop: Shop;
  api: Api;
  merchant: Merchant;
  world: Target;
  /** The API of the mail catcher. */
  mails: string;
  auditor: Auditor;
  /** Throws with every breach: call it once nothing is ordered any more. */
  audit(terms?: Partial<Terms> & { withinMs?: number }): Promise<void>;
  close(): Promise<void>;
};

/** Parcels move when they are told to, so an order may rest once it is paid for. */
const settled = ['captured', 'handed-over', 'delivered', 'cancelled'];

export async function openShopUnderAudit(name: string): Promise<ShopUnderAudit> {
  const instance = await readStores();
  const { close: closeVendors, ...vendors } = await startVendors(instance);
  try {
    const shop = await openShop({ name, vendors });
    return await auditedShop(shop, { ...instance, ...vendors }, closeVendors);
  } catch (error) {
    await closeVendors();
    throw error;
  }
}

type Surroundings = Awaited<ReturnType<typeof readStores>> & Vendors;

async function auditedShop(
  shop: Shop,
  stores: Surroundings,
  closeVendors: () => Promise<void>,
): Promise<ShopUnderAudit> {
  await sendWebhooksTo(shop.url, stores);
  const world = targetOf(stores, (await shop.storefront()) as Parameters<typeof targetOf>[1]);
  const auditor = await openAuditor(world);
  const api = openApi(shop.url);
  return {
    shop,
    api,
    merchant: merchantOf(api, await shop.merchantToken()),
    world,
    mails: `${stores.mail.http}/api/v1`,
    auditor,
    async audit(terms = {}) {
      const breaches = await auditor.checkAtRest({ settled, ...terms });
      if (breaches.length > 0) throw new Error(`${breaches.length} breaches:\n${formatBreaches(breaches)}`);
    },
    async close() {
      await auditor.close();
      await api.close();
      await shop.remove();
      await closeVendors();
    },
  };
}
