/** Stands between the operator and the API server, and can be away for a while, as a server that is killed and started again. */
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

export type TcpProxy = {
  port: number;
  /** Connections made so far. */
  connections(): number;
  /** Resets all connections, and every new one until `comeBack`. */
  goAway(): void;
  comeBack(): void;
  stop(): Promise<void>;
};

export async function startTcpProxy(target: { host: string; port: number }): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let isAway = false;
  let count = 0;
  const server = createServer((client) => {
    count += 1;
    if (isAway) return void client.resetAndDestroy();
    const upstream = connect(target);
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket
        .on('error', () => other.destroy())
        .on('close', () => {
          sockets.delete(socket);
          other.destroy();
        });
    }
    client.pipe(upstream).pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const reset = () => sockets.forEach((socket) => socket.resetAndDestroy());
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => count,
    goAway() {
      isAway = true;
      reset();
    },
    comeBack: () => void (isAway = false),
    async stop() {
      reset();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
