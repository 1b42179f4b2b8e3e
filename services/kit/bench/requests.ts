/**
 * What one request costs in CPU: `node services/kit/bench/requests.ts`. The service runs in a process of its own, whose
 * CPU time is read before and after; a bare Koa app is measured in the same run, for the share that is kit's.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { request, Agent } from 'undici';

const total = Number(process.argv[2] ?? 20_000);
const connections = 10;
const kinds = ['koa', 'get', 'post'] as const;
type Message = { url?: string; cpuMs?: number };

for (const kind of kinds) {
  const service = spawn(process.execPath, [`${import.meta.dirname}/service.ts`], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const tell = async (text: string): Promise<Message> => {
    service.send(text);
    const [message] = (await once(service, 'message')) as [Message];
    return message;
  };
  const { url = '' } = await tell(kind === 'koa' ? 'koa' : 'kit');
  const dispatcher = new Agent({ connections, pipelining: 1 });
  const ask = async (count: number) => {
    const one = async () => {
      for (let i = 0; i < count / connections; i += 1) {
        const { statusCode, body } = await request(url + (kind === 'koa' ? '/' : '/notes/one?limit=3'), {
          dispatcher,
          ...(kind === 'post' ? { method: 'POST', headers: { 'content-type': 'application/json' }, body: note } : {}),
        });
        if (statusCode !== 200) throw new Error(`answered ${statusCode}: ${await body.text()}`);
        await body.dump();
      }
    };
    await Promise.all(Array.from({ length: connections }, one));
  };
  const note = JSON.stringify({ text: 'a note', tags: ['a', 'b'] });
  await ask(total / 4);
  const before = (await tell('cpu')).cpuMs ?? 0;
  const from = performance.now();
  await ask(total);
  const seconds = (performance.now() - from) / 1000;
  const cpuMs = ((await tell('cpu')).cpuMs ?? 0) - before;
  process.stdout.write(
    `${kind.padEnd(5)} ${(cpuMs / total).toFixed(3)} CPU-ms a request, ${Math.round(total / seconds)} requests a second\n`,
  );
  await dispatcher.close();
  service.kill();
}
