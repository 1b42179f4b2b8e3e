import { createObjects } from '../simulator/objects.ts';
import { startSimulator, type Simulator, type Vendor } from '../simulator/simulator.ts';
import type { CarrierConfig } from './config.ts';
import { newId, openDesk, type DeskDeps } from './desk.ts';
import { speakEasyPost } from './dialect.ts';
import type { CarrierKinds } from './shapes.ts';

const minuteMs = 60 * 1000;
const hourMs = 60 * minuteMs;

/** EasyPost tries again for some hours; how it spaces the tries it does not say. */
const retry = { firstMs: minuteMs, longestMs: 2 * hourMs, forMs: 24 * hourMs };

/** An EasyPost account on this machine, in test mode, and the carrier behind it. What it does and does not: README.md. */
export function startCarrier(config: CarrierConfig): Promise<Simulator> {
  const vendor: Vendor = {
    retry,
    patienceMs: 7_000,
    speak(parts, url) {
      const deps: DeskDeps = { config, parts, url, objects: createObjects<CarrierKinds>(parts.database) };
      parts.database.transaction(() => keepConfiguredWebhook(deps));
      return speakEasyPost(deps);
    },
  };
  return startSimulator(config, vendor);
}

/** The receiver of the environment is there from the start, and changes with it. */
function keepConfiguredWebhook(deps: DeskDeps): void {
  const { config, parts, objects } = deps;
  const id = (parts.settings.read('configured-webhook') as string | undefined) ?? newId('hook');
  if (!config.webhook) return objects.remove('webhook', id);
  parts.settings.write('configured-webhook', id);
  const desk = openDesk(deps);
  desk.save('webhook', {
    shown: { ...desk.base('Webhook', 'hook'), id, url: config.webhook.url, disabled_at: null, custom_headers: [] },
    hidden: { secret: config.webhook.secret },
  });
}
