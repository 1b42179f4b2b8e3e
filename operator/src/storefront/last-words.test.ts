import { describe, expect, it } from 'vitest';
import { lastWords } from './last-words.ts';

describe('the last words of a container', () => {
  it('are the error it logged, with its cause, not the request it served before', () => {
    const log = [
      '{"level":"info","msg":"GET /products"}',
      '{"level":"error","msg":"cannot start","error":{"type":"MongoError","message":"login refused"}}',
      '{"level":"info","msg":"stopped"}',
    ].join('\n');
    expect(lastWords(log)).toBe('cannot start: login refused');
  });

  it('are the line of an uncaught error, not Node’s farewell', () => {
    const log = [
      'file:///srv/storefront/services/gateway/src/main.ts:4',
      '        throw new Error(text)',
      '        ^',
      'Error: The environment is not complete: PRODUCT_URL is not set',
      '    at readConfig (config.ts:60:9)',
      '}',
      'Node.js v24.21.0',
    ].join('\n');
    expect(lastWords(log)).toBe('Error: The environment is not complete: PRODUCT_URL is not set');
  });

  it('are what a program says that is not ours', () => {
    expect(lastWords('==> Starting Consul agent...\n  * invalid config key dns_config.node_meta_txt\n')).toBe(
      '* invalid config key dns_config.node_meta_txt',
    );
  });

  it.each([undefined, '', '\n \n', 'Node.js v24.21.0'])('are nothing where nothing was said (%j)', (message) => {
    expect(lastWords(message)).toBe('');
  });

  it('are short', () => {
    expect(lastWords('x'.repeat(5000))).toHaveLength(300);
  });
});
