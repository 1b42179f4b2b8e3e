import { AlertPolicy } from '@pulumi/gcp/monitoring/alertPolicy.js';
import { Dashboard } from '@pulumi/gcp/monitoring/dashboard.js';
import { NotificationChannel } from '@pulumi/gcp/monitoring/notificationChannel.js';
import { UptimeCheckConfig } from '@pulumi/gcp/monitoring/uptimeCheckConfig.js';
import { type ComponentResourceOptions, ComponentResource, type Input, interpolate, type Output } from '@pulumi/pulumi';
import type { Settings } from '../../config.ts';
import { labelsOf, type Site } from '../../naming.ts';
import { type Alert, type Engine, storeAlerts } from './alerts.ts';
import { dashboard } from './dashboard.ts';

export type MonitoringArgs = { site: Site; alerts: Settings['alerts']; host: string; engine: Engine };

/**
 * Somebody is told when the shop does not answer from outside, and before a store runs out of something. What happens inside the shop
 * is watched by the rules in the operator's chart.
 *
 * Inputs: the site, whom to tell, the public host, the engine of the caches. Outputs: `channel`. Cost: uptime checks by run, alert policies by condition.
 */
export class Monitoring extends ComponentResource {
  readonly channel: Output<string>;

  constructor(name: string, { site, alerts, host, engine }: MonitoringArgs, opts?: ComponentResourceOptions) {
    super('storefront:project:Monitoring', name, {}, opts);
    const channel = new NotificationChannel(
      name,
      { type: 'email', displayName: alerts.email, labels: { email_address: alerts.email } },
      { parent: this },
    );
    this.channel = channel.name;
    const check = this.uptime(`${name}-uptime`, site, host);
    const unreachable: Alert = {
      name: 'unreachable',
      title: 'The shop does not answer',
      filter: interpolate`metric.type = "monitoring.googleapis.com/uptime_check/check_passed" AND resource.type = "uptime_url" AND metric.labels.check_id = "${check.uptimeCheckId}"`,
      aligner: 'ALIGN_NEXT_OLDER',
      reducer: 'REDUCE_COUNT_FALSE',
      comparison: 'COMPARISON_GT',
      threshold: 1,
      duration: '120s',
      advice: 'From two places on earth the address of the shop fails. kubectl get storefronts -A shows the reason.',
    };
    for (const alert of [unreachable, ...storeAlerts(engine)]) this.alert(`${name}-${alert.name}`, site, alert);
    new Dashboard(name, { dashboardJson: JSON.stringify(dashboard(site, engine)) }, { parent: this });
    this.registerOutputs({ channel: this.channel });
  }

  private uptime(name: string, site: Site, host: string): UptimeCheckConfig {
    return new UptimeCheckConfig(
      name,
      {
        displayName: `${host}/healthz`,
        period: '60s',
        timeout: '10s',
        httpCheck: { path: '/healthz', port: 443, useSsl: true, validateSsl: true },
        monitoredResource: { type: 'uptime_url', labels: { project_id: site.project, host } },
      },
      { parent: this },
    );
  }

  private alert(name: string, site: Site, alert: Alert): AlertPolicy {
    const aggregation = {
      alignmentPeriod: '60s',
      perSeriesAligner: alert.aligner,
      ...(alert.reducer ? { crossSeriesReducer: alert.reducer } : {}),
    };
    return new AlertPolicy(
      name,
      {
        displayName: `${site.shop}, ${site.environment}: ${alert.title}`,
        combiner: 'OR',
        conditions: [
          {
            displayName: alert.title,
            conditionThreshold: {
              filter: alert.filter as Input<string>,
              comparison: alert.comparison,
              thresholdValue: alert.threshold,
              duration: alert.duration,
              aggregations: [aggregation],
            },
          },
        ],
        documentation: { content: alert.advice, mimeType: 'text/markdown' },
        notificationChannels: [this.channel],
        alertStrategy: { autoClose: '86400s' },
        userLabels: labelsOf(site, 'monitoring'),
      },
      { parent: this },
    );
  }
}
