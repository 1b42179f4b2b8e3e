import { Budget as Alerts } from '@pulumi/gcp/billing/budget.js';
import { type ComponentResourceOptions, ComponentResource, type Input, interpolate } from '@pulumi/pulumi';
import type { Settings } from '../../config.ts';
import type { Site } from '../../naming.ts';
import type { Services } from './services.ts';

export type BudgetArgs = {
  site: Site;
  settings: NonNullable<Settings['budget']>;
  services: Services;
  channel: Input<string>;
};

/**
 * Tells when the month's bill reaches half, nine tenths and all of what was set, and when it is foreseen to. It stops nothing.
 *
 * Inputs: the site, amount, billing account, whom to tell. Cost: none.
 */
export class Budget extends ComponentResource {
  constructor(name: string, { site, settings, services, channel }: BudgetArgs, opts?: ComponentResourceOptions) {
    super('storefront:project:Budget', name, {}, opts);
    new Alerts(
      name,
      {
        billingAccount: settings.billingAccount,
        displayName: `${site.shop}, ${site.environment}`,
        amount: { specifiedAmount: { currencyCode: settings.currency, units: String(settings.monthly) } },
        budgetFilter: {
          projects: [interpolate`projects/${services.projectNumber}`],
          creditTypesTreatment: 'INCLUDE_ALL_CREDITS',
        },
        thresholdRules: [
          ...[0.5, 0.9, 1].map((thresholdPercent) => ({ thresholdPercent, spendBasis: 'CURRENT_SPEND' })),
          { thresholdPercent: 1, spendBasis: 'FORECASTED_SPEND' },
        ],
        allUpdatesRule: { monitoringNotificationChannels: [channel], disableDefaultIamRecipients: false },
      },
      { parent: this },
    );
    this.registerOutputs();
  }
}
