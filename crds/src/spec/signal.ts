import { z } from 'zod';
import { setOf } from '../list.ts';
import { text } from '../rule.ts';
import { Cidrs, ObjectName } from './value.ts';

export const NetworkPolicy = z
  .strictObject({
    mode: z.enum(['Enforced', 'Disabled']).default('Enforced').meta({
      description: 'Enforced: nothing talks to anything but along the edges of the fleet table.',
    }),
    edgeCidrs: Cidrs.exactOptional().meta({
      description: 'Ranges from which the load balancer and its health checks come; any address unless given.',
    }),
    scrapeNamespaces: setOf(ObjectName, { max: 8 }).exactOptional().meta({
      description: 'Namespaces whose pods may read metrics.',
    }),
  })
  .meta({ description: 'Who may talk to whom.' });
export type NetworkPolicy = z.infer<typeof NetworkPolicy>;

export const Telemetry = z
  .strictObject({
    logLevel: z.enum(['debug', 'info', 'warn', 'error']).exactOptional().meta({
      description: 'Least important line that is logged. info unless given.',
    }),
    traces: z
      .strictObject({
        endpoint: text(
          512,
          /^https?:\/\/[a-z0-9]([-a-z0-9.]*[a-z0-9])?(:[0-9]{1,5})?(\/[A-Za-z0-9._~/-]*)?$/,
          'write the base address of an OTLP/HTTP receiver, such as http://collector.monitoring:4318',
        ).meta({ description: 'Base address of an OTLP/HTTP receiver.' }),
        sampleRatio: z.number().min(0).max(1).exactOptional().meta({
          description: 'Share of the requests that are traced, 0 to 1. 0.01 unless given.',
        }),
        cidrs: Cidrs.exactOptional().meta({ description: 'Address ranges of the receiver; the cluster unless given.' }),
      })
      .exactOptional()
      .meta({ description: 'Traces; none unless given.' }),
  })
  .meta({ description: 'What the fleet tells of itself. Metrics are always there.' });
export type Telemetry = z.infer<typeof Telemetry>;
