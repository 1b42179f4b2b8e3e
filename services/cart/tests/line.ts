import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A wire to a server that can be cut (open connections break, new ones are refused) or lose answers (what is asked still arrives). */
export async function openLine(target: URL) {
  const sockets = new Set<Socket>();
  const answers = new Map<Socket, Socket>();
  let isCut = false;
  const server = createServer((near) => {
    if (isCut) return void near.destroy();
    const far = connect(Number(target.port), target.hostname);
    answers.set(far, near);
    far.on('close', () => answers.delete(far));
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.pipe(other);
      socket.on('error', () => other.destroy()).on('close', () => sockets.delete(socket));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = () => {
    isCut = true;
    for (const socket of sockets) socket.destroy();
  };
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut,
    loseAnswers: () => {
      for (const [far, near] of answers) far.unpipe(near).resume();
    },
    mend: () => void (isCut = false),
    close: () => {
      cut();
      server.close();
    },
  };
}

export type Line = Awaited<ReturnType<typeof openLine>>;
