import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { nginxSettings } from './edge.ts';
import { accepts, refuseTakenPort, refuseTakenStripePort } from './port.ts';

describe('the way in', () => {
  it('listens where it is told and nowhere else', () => {
    const settings = nginxSettings('edge', [
      { listen: '127.0.0.1:8080', target: 'unix:/srv/edge/socket' },
      { listen: '127.0.0.1:8081', target: 'unix:/srv/edge/stripe' },
    ]);
    expect(settings.match(/(listen|proxy_pass) .*/g)).toEqual([
      'listen 127.0.0.1:8080 backlog=4096;',
      'proxy_pass unix:/srv/edge/socket;',
      'listen 127.0.0.1:8081 backlog=4096;',
      'proxy_pass unix:/srv/edge/stripe;',
    ]);
  });

  it('names the program that holds its port, and the way out', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((ready) => server.once('listening', ready));
    const { port } = server.address() as { port: number };
    try {
      expect(await accepts(port)).toBe(true);
      await expect(refuseTakenPort(port)).rejects.toThrow(
        new RegExp(`port ${port} is taken by pid ${process.pid} \\(.*\\)[^]*make up PORT=`),
      );
      await expect(refuseTakenStripePort(port - 1)).rejects.toThrow(
        new RegExp(`port ${port} is taken by pid ${process.pid} \\(.*\\); browsers pay at .*[^]*PORT=${port + 9}$`),
      );
    } finally {
      server.close();
    }
  });
});
