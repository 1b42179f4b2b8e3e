import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { connectBroker } from '@storefront/kit/broker';
import { createMetrics } from '@storefront/kit/metrics';
import { eventually, testBroker, whyNoBroker, type TestBroker } from '@storefront/kit/testing';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { toMessage } from '../../src/broker/envelope.ts';
import { BrokerConnection } from '../../src/broker/connection/connection.ts';
import { createBrokerMetrics } from '../../src/broker/connection/metrics.ts';
import { ConfirmingPublisher } from '../../src/broker/connection/publisher.ts';
import { createRelay } from '../relay.ts';
import { fleet, readableLog, silent, source, written } from './fixtures/notes.ts';

describe.skipIf(whyNoBroker)(`a connection to the broker ${whyNoBroker}`, () => {
  let server: TestBroker;
  beforeAll(async () => {
    server = await testBroker(fleet);
  });
  afterAll(() => server.close());

  const message = () => toMessage(written('n1'), { source, time: new Date() });
  type Changes = { url?: string; replicas?: string[]; caFile?: string; log?: typeof silent };

  function open(changes: Changes = {}) {
    const metrics = createMetrics({ service: 'notes' });
    const broker = connectBroker({ ...server.account('notes'), name: 'notes', log: silent, metrics, ...changes });
    onTestFinished(() => broker.close());
    return { broker, metrics };
  }
  const works = (broker: ReturnType<typeof open>['broker']) =>
    eventually(async () => expect(await broker.publisher.publish([message()])).toEqual(['confirmed']), {
      within: '10s',
    });

  it('is not opened before it is asked for, and is seen under the service’s name', async () => {
    const { broker } = open();
    const names = async () =>
      (
        (await server.api('GET', 'vhosts/{vhost}/connections')) as { client_properties: { connection_name: string } }[]
      ).map((one) => one.client_properties.connection_name);
    expect(await names()).toEqual([]);
    await works(broker);
    await eventually(async () => expect(await names()).toEqual(['notes publish']), { within: '10s' });
  });

  it('finds another node when one is away', async () => {
    const { host } = new URL(server.admin.url);
    const { broker } = open({ url: server.admin.url.replace(host, '127.0.0.1:1'), replicas: ['127.0.0.1:2', host] });
    await works(broker);
    expect(broker.publisher.isOpen).toBe(true);
  });

  it('comes back after every loss, says each once, and shows it in the metrics', async () => {
    const { hostname, port } = new URL(server.admin.url);
    const wire = await createRelay({ host: hostname, port: Number(port) });
    onTestFinished(() => wire.close());
    const { log, lines } = readableLog();
    const url = server.admin.url.replace(`${hostname}:${port}`, `127.0.0.1:${wire.port}`);
    const { broker, metrics } = open({ url, log });
    const said = () => lines.map(({ msg }) => msg).filter((text) => String(text).startsWith('the broker'));
    await works(broker);
    for (let loss = 0; loss < 2; loss += 1) {
      wire.cut();
      await eventually(() => expect(broker.publisher.isOpen).toBe(false));
      expect(await broker.publisher.publish([message()])).toEqual(['unconfirmed']);
      expect(await metrics.registry.metrics()).toMatch(/broker_connected\{use="publish".*\} 0/);
      wire.mend();
      await works(broker);
    }
    expect(said()).toEqual(['the broker is lost', 'the broker is back', 'the broker is lost', 'the broker is back']);
    expect(await metrics.registry.metrics()).toMatch(/broker_connected\{use="publish".*\} 1/);
    expect(await metrics.registry.metrics()).toMatch(/broker_published_total\{outcome="confirmed".*\} 3/);
  });

  it('takes no messages while the broker has an alarm', async () => {
    const metrics = createBrokerMetrics(undefined);
    const { log, lines } = readableLog();
    const connection = new BrokerConnection({
      ...server.account('notes'),
      name: 'notes',
      use: 'publish',
      log,
      metrics,
    });
    onTestFinished(() => connection.close());
    const publisher = new ConfirmingPublisher(connection, { log, metrics });
    // As the broker would say it; a real alarm would stop every test beside this one.
    (await connection.up()).emit('blocked', 'low on memory');
    expect(publisher.isOpen).toBe(false);
    expect(await publisher.publish([message()])).toEqual(['unconfirmed']);
    (await connection.up()).emit('unblocked');
    expect(await publisher.publish([message()])).toEqual(['confirmed']);
    expect(lines).toContainEqual(expect.objectContaining({ level: 'warn', reason: 'low on memory' }));
  });

  it('ends at once, also when it never came about', async () => {
    const { broker } = open({ url: 'amqp://127.0.0.1:1/x' });
    expect(broker.publisher.isOpen).toBe(false);
    const from = performance.now();
    await broker.close();
    expect(performance.now() - from).toBeLessThan(1_000);
  });

  it('is encrypted with a CA, and refuses a server that the CA does not vouch for', async () => {
    const [trusted, other] = [certificate(), certificate()];
    const { hostname, port } = new URL(server.admin.url);
    const secure = createServer({ key: readFileSync(trusted.key), cert: readFileSync(trusted.file) }, (near) => {
      const far = connect(Number(port), hostname);
      near.pipe(far).pipe(near);
      for (const end of [near, far]) end.on('error', () => [near, far].forEach((each) => each.destroy()));
    });
    await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void secure.close());
    const { pathname } = new URL(server.admin.url);
    const url = `amqps://127.0.0.1:${(secure.address() as AddressInfo).port}${pathname}`;
    await works(open({ url, caFile: trusted.file }).broker);

    const { log, lines } = readableLog();
    const { broker } = open({ url, caFile: other.file, log });
    expect(broker.publisher.isOpen).toBe(false);
    await eventually(() => expect(JSON.stringify(lines)).toMatch(/self-signed|unable to verify|certificate/));
    expect(broker.publisher.isOpen).toBe(false);
  });
});

function certificate(): { key: string; file: string } {
  const dir = mkdtempSync(join(tmpdir(), 'broker-tls-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const [key, file] = [join(dir, 'key.pem'), join(dir, 'cert.pem')];
  const names = ['-subj', '/CN=broker', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const made = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1'];
  execFileSync('openssl', [...made, ...names, '-keyout', key, '-out', file], { stdio: 'ignore' });
  return { key, file };
}
