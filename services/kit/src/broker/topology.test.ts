import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deadQueueOf, eventsExchange, topologyOf, unconsumedQueue, type Declaration } from './topology.ts';

const fleet = {
  order: { publishes: ['order.placed', 'order.closed'], consumes: ['payment.changed'] },
  payment: { publishes: ['payment.changed'], consumes: [], queues: ['webhooks'] },
  mail: { publishes: [], consumes: ['order.placed'] },
  web: { publishes: [], consumes: [] },
};

const word = fc
  .stringMatching(/^[a-z]{1,6}(-[a-z]{1,4})?$/)
  .filter((name) => !/^(events|unclaimed|dead|direct)$/.test(name));
const anyFleet = fc.uniqueArray(word, { minLength: 1, maxLength: 5 }).chain((services) =>
  fc.tuple(...services.map((service) => anyDeclaration(service))).map((declarations) => {
    const published = new Set(declarations.flatMap(([, { publishes }]) => publishes));
    const consumable = (types: readonly string[]) => types.filter((type) => published.has(type as never));
    return Object.fromEntries(
      declarations.map(([name, one]) => [name, { ...one, consumes: consumable(one.consumes) }]),
    ) as Record<string, Declaration>;
  }),
);

function anyDeclaration(service: string) {
  const type = fc.constantFrom('a.made', 'a.changed', 'b.made', 'b.gone', 'c-d.made');
  return fc
    .record({
      publishes: fc.uniqueArray(type, { maxLength: 3 }),
      consumes: fc.uniqueArray(type, { maxLength: 3 }),
      queues: fc.uniqueArray(word, { maxLength: 2 }),
    })
    .map((declaration) => [service, declaration] as const);
}

describe('the topology of a fleet', () => {
  it('has one queue for each consumer and each queue of its own, and a dead-letter queue for each of them', () => {
    const { queues } = topologyOf(fleet);
    expect(queues.map(({ name }) => name)).toEqual([
      'order',
      'payment.webhooks',
      'mail',
      'order.dead',
      'payment.webhooks.dead',
      'mail.dead',
      'unclaimed.dead',
      'unconsumed',
    ]);
  });

  it('lets a service write what it publishes, read what is its own, and nothing else', () => {
    const { permissions } = topologyOf(fleet);
    expect(permissions).toEqual({
      order: {
        configure: '^(order)$',
        write: '^(events)$',
        read: '^(order)$',
        topics: [{ exchange: 'events', write: String.raw`^(order\.placed|order\.closed)$`, read: '^$' }],
      },
      payment: {
        configure: String.raw`^(payment\.webhooks)$`,
        write: String.raw`^(events|payment\.direct)$`,
        read: String.raw`^(payment\.webhooks)$`,
        topics: [{ exchange: 'events', write: String.raw`^(payment\.changed)$`, read: '^$' }],
      },
      mail: { configure: '^(mail)$', write: '^$', read: '^(mail)$', topics: [] },
      web: { configure: '^$', write: '^$', read: '^$', topics: [] },
    });
  });

  it('leads every event to a queue, so that no confirmed message was sent to nobody', () => {
    fc.assert(
      fc.property(anyFleet, (declarations) => {
        const { bindings } = topologyOf(declarations);
        const reached = (type: string) =>
          bindings.filter(({ exchange, routingKey }) => exchange === eventsExchange && routingKey === type);
        for (const [service, { publishes, consumes }] of Object.entries(declarations)) {
          for (const type of publishes) expect(reached(type)).not.toEqual([]);
          for (const type of consumes) expect(reached(type).map(({ queue }) => queue)).toContain(service);
        }
      }),
    );
  });

  it('gives every queue that is consumed a place for its dead letters, which has no limit and no dead letters itself', () => {
    fc.assert(
      fc.property(anyFleet, (declarations) => {
        const { queues, bindings, exchanges, policies } = topologyOf(declarations);
        const names = queues.map(({ name }) => name);
        expect(new Set(names).size).toBe(names.length);
        for (const { queue, exchange } of bindings) {
          expect(names).toContain(queue);
          expect(exchanges.map(({ name }) => name)).toContain(exchange);
        }
        for (const { name, arguments: given } of queues) {
          const exchange = given['x-dead-letter-exchange'];
          const isLast = name.endsWith('.dead') || name === unconsumedQueue;
          expect(exchange === undefined).toBe(isLast);
          expect(policies.some(({ pattern }) => new RegExp(pattern).test(name))).toBe(!isLast);
          if (isLast) continue;
          const routingKey = given['x-dead-letter-routing-key'];
          expect(bindings).toContainEqual({ exchange, queue: deadQueueOf(name), routingKey });
        }
      }),
    );
  });

  it('gives no service a right on the queues, exchanges and events of another', () => {
    fc.assert(
      fc.property(anyFleet, (declarations) => {
        const { permissions, queues, bindings } = topologyOf(declarations);
        const matching = (pattern: string, names: string[]) => names.filter((name) => new RegExp(pattern).test(name));
        const names = queues.map(({ name }) => name);
        const others = bindings.map(({ exchange }) => exchange).filter((exchange) => exchange !== eventsExchange);
        for (const [service, { read, write, configure, topics }] of Object.entries(permissions)) {
          const { consumes, publishes, queues: own = [] } = declarations[service]!;
          const mine = [...(consumes.length > 0 ? [service] : []), ...own.map((queue) => `${service}.${queue}`)];
          for (const pattern of [read, configure])
            expect(matching(pattern, names)).toEqual(names.filter((name) => mine.includes(name)));
          const direct = own.length > 0 ? `${service}.direct` : undefined;
          expect(matching(write, others)).toEqual(others.filter((exchange) => exchange === direct));
          const types = ['a.made', 'b.made', 'a-made', 'a.made.x'];
          for (const topic of topics)
            expect(matching(topic.write, types)).toEqual(types.filter((type) => publishes.includes(type)));
        }
      }),
    );
  });

  it.each([
    ['an event that nobody publishes', { order: { publishes: [], consumes: ['payment.changed'] } }, 'payment.changed'],
    ['a service named as an exchange', { events: { publishes: [], consumes: [] } }, 'events'],
    ['a service named as part of a queue', { 'order.dead': { publishes: [], consumes: [] } }, 'order.dead'],
    ['a pattern instead of a type', { order: { publishes: ['order.*'], consumes: [] } }, 'order.*'],
    ['a queue named as the dead letters', { order: { publishes: [], consumes: [], queues: ['dead'] } }, 'dead'],
  ])('refuses %s', (_, declarations, named) => {
    expect(() => topologyOf(declarations)).toThrow(named);
  });
});
