import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export async function createRelay(target: { host: string; port: number }): Promise<Relay> {
  const relay = new Relay(target);
  await new Promise<void>((resolve) => relay.server.listen(0, '127.0.0.1', resolve));
  return relay;
}

/** A wire to a real server that a test can cut, freeze and mend. */
class Relay {
  readonly #sockets = new Set<Socket>();
  #state: 'open' | 'cut' | 'frozen' = 'open';
  /** Connections that clients began, ever. */
  begun = 0;
  readonly server;

  constructor(target: { host: string; port: number }) {
    this.server = createServer((near) => {
      this.begun += 1;
      if (this.#state === 'cut') return void near.destroy();
      const far = connect(target);
      this.#wire(near, far);
      this.#wire(far, near);
    });
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Open connections of clients. */
  get connections(): number {
    return this.#sockets.size / 2;
  }

  /** As a server that died: connections end, new ones are refused. */
  cut(): void {
    this.#state = 'cut';
    this.#dropAll();
  }

  /** As a network that swallows everything: connections stay, nothing comes through them any more, not even later. */
  freeze(): void {
    this.#state = 'frozen';
  }

  mend(): void {
    if (this.#state === 'frozen') for (const socket of this.#sockets) socket.removeAllListeners('data').resume();
    this.#state = 'open';
  }

  async close(): Promise<void> {
    this.#dropAll();
    await new Promise((resolve) => this.server.close(resolve));
  }

  #wire(near: Socket, far: Socket): void {
    this.#sockets.add(near);
    near.on('error', () => near.destroy());
    near.on('close', () => {
      this.#sockets.delete(near);
      far.destroy();
    });
    near.on('data', (chunk: Buffer) => this.#state === 'open' && far.write(chunk));
  }

  #dropAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}
