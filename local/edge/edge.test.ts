import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { nginxSettings } from './edge.ts';
import { accepts, refuseTakenPort } from './port.ts';

describe('the way in', () => {
  it('listens where it is told and nowhere else', () => {
    const settings = nginxSettings('edge', '127.0.0.1:8080', 'unix:/srv/edge/socket');
    expect(settings.match(/listen .*/g)).toEqual(['listen 127.0.0.1:8080 backlog=4096;']);
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
    } finally {
      server.close();
    }
  });
});
