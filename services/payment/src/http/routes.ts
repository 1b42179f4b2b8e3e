import type { Route } from '@storefront/kit/http';
import type { PaymentSettings } from '../contract.ts';
import type { Commands } from '../payments/commands.ts';
import { paymentRoutes } from './payments.ts';
import { settingsRoute } from './settings.ts';
import { webhookRoute, type WebhookDeps } from './webhooks.ts';

export type RoutesDeps = { commands: Commands; settings: PaymentSettings; webhooks: WebhookDeps };

export const routes = ({ commands, settings, webhooks }: RoutesDeps): Route[] => [
  ...paymentRoutes(commands),
  settingsRoute(settings),
  webhookRoute(webhooks),
];
