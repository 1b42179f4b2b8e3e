import { context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { AmqplibInstrumentation } from '@opentelemetry/instrumentation-amqplib';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { IORedisInstrumentation } from '@opentelemetry/instrumentation-ioredis';
import { MongoDBInstrumentation } from '@opentelemetry/instrumentation-mongodb';
import { PgInstrumentation } from '@opentelemetry/instrumentation-pg';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { probePaths } from '../health.ts';

/**
 * Spans of HTTP in and out, MongoDB, Redis, PostgreSQL and RabbitMQ, sent by OTLP/HTTP to `TRACES_ENDPOINT`. `TRACES_SAMPLE` (0–1) is the share
 * of traces that begin here; one that began elsewhere keeps the decision made there. Drivers are seen as CommonJS requires them: a
 * hook into every import, as `import-in-the-middle` has it, made a service start a third slower.
 */
export function startTracing(env: NodeJS.ProcessEnv): void {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  const tracerProvider = new TracerProvider({
    resource: resourceFromAttributes({
      'service.name': env['SERVICE'] ?? 'unknown',
      'service.namespace': env['SCOPE'] ?? '',
      'service.version': env['RELEASE'] ?? '',
    }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(Number(env['TRACES_SAMPLE'] ?? 0.01)) }),
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: new OTLPTraceExporter({ url: `${env['TRACES_ENDPOINT']?.replace(/\/$/, '')}/v1/traces` }),
        maxQueueSize: 1024,
        scheduledDelayMillis: 2_000,
        exportTimeoutMillis: 3_000,
      }),
    ],
  });
  trace.setGlobalTracerProvider(tracerProvider);
  registerInstrumentations({
    tracerProvider,
    instrumentations: [
      new HttpInstrumentation({
        disableOutgoingRequestInstrumentation: true,
        ignoreIncomingRequestHook: ({ url = '' }) => probePaths.has(url),
        // Links that open something carry their token in the query; the log leaves it out too.
        startIncomingSpanHook: ({ url = '' }) => (url.includes('?') ? { 'url.query': '[left out]' } : {}),
      }),
      new UndiciInstrumentation({ requireParentforSpans: true }),
      new MongoDBInstrumentation(),
      new IORedisInstrumentation(),
      // What has no parent is a pool's own upkeep; the statements' texts have no values in them.
      new PgInstrumentation({ requireParentSpan: true, ignoreConnectSpans: true }),
      new AmqplibInstrumentation(),
    ],
  });
}
