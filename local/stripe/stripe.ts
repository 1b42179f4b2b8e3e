import { createObjects } from '../simulator/objects.ts';
import { startSimulator, type Simulator, type Vendor } from '../simulator/simulator.ts';
import { newId, openAccount, type AccountDeps, type StripeKinds } from './account.ts';
import { apiVersion, type StripeConfig } from './config.ts';
import { speakStripe } from './dialect.ts';

const hourMs = 60 * 60 * 1000;
const minuteMs = 60 * 1000;

/** Stripe keeps trying for up to three days; how it spaces the tries it does not say. */
const retry = { firstMs: minuteMs, longestMs: 12 * hourMs, forMs: 72 * hourMs };

/** A Stripe account on this machine, in test mode. What it does and does not: README.md. */
export function startStripe(config: StripeConfig): Promise<Simulator> {
  const vendor: Vendor = {
    retry,
    patienceMs: 20_000,
    speak(parts, url) {
      const deps: AccountDeps = { config, parts, url, objects: createObjects<StripeKinds>(parts.database) };
      parts.database.transaction(() => keepConfiguredWebhook(deps));
      return speakStripe(deps);
    },
  };
  return startSimulator(config, vendor);
}

const configured = 'configured by the environment';

/** The endpoint of the environment is there from the start, and changes with it. */
function keepConfiguredWebhook(deps: AccountDeps): void {
  const account = openAccount(deps, null);
  const known = deps.objects.all('webhook_endpoint').find(({ shown }) => shown.description === configured);
  const { webhook } = deps.config;
  if (!webhook) return known && deps.objects.remove('webhook_endpoint', known.shown.id);
  account.save('webhook_endpoint', {
    shown: {
      id: known?.shown.id ?? newId('we'),
      object: 'webhook_endpoint',
      api_version: apiVersion,
      application: null,
      created: known?.shown.created ?? account.now,
      description: configured,
      enabled_events: [...(webhook.events ?? ['*'])],
      livemode: false,
      metadata: {},
      status: 'enabled',
      url: webhook.url,
    },
    hidden: { secret: webhook.secret },
  });
}
