import { createConnection } from 'node:net';
import { stripePort } from '../paths.ts';
import { execute } from '../process.ts';
import { Failure } from '../steps.ts';

/** Whether something accepts connections there. */
export function accepts(port: number, host = '127.0.0.1'): Promise<boolean> {
  return new Promise((answer) => {
    const socket = createConnection({ port, host });
    const end = (isOpen: boolean) => {
      socket.destroy();
      answer(isOpen);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
    socket.setTimeout(2000, () => end(false));
  });
}

/** Says who holds a port of the host that we need. */
export async function refuseTakenPort(port: number): Promise<void> {
  await refuseTaken(port, { use: '', instead: port + 10 });
}

/** The same of the port beside the shop's, which moves with it. */
export async function refuseTakenStripePort(shopPort: number): Promise<void> {
  await refuseTaken(stripePort(shopPort), {
    use: '; browsers pay at the Stripe simulator there',
    instead: shopPort + 10,
  });
}

async function refuseTaken(port: number, { use, instead }: { use: string; instead: number }): Promise<void> {
  const listening = await execute(['ss', '-Hltnp', `sport = :${port}`]);
  if (listening.trim() === '') return;
  const [, program, pid] = /\("([^"]+)",pid=(\d+)/.exec(listening) ?? [];
  const holder = pid ? `by pid ${pid} (${program})` : 'by a program of another user';
  throw new Failure(`port ${port} is taken ${holder}${use}.`, `Stop it, or choose another: make up PORT=${instead}`);
}
