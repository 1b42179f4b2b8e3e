import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { document } from './notes/openapi.ts';

const files = ['config.ts', 'app.ts', 'openapi.ts', 'main.ts'];
const read = (path: string) => readFileSync(join(import.meta.dirname, path), 'utf8');

describe('a new service', () => {
  it('needs at most 60 lines before its own work', () => {
    const lines = files.flatMap((file) => read(`notes/${file}`).trimEnd().split('\n'));
    expect(lines.length).toBeLessThanOrEqual(60);
  });

  it.each(files)('is shown in the README as it runs: %s', (file) => {
    expect(read('../README.md')).toContain(`\`\`\`ts\n${read(`notes/${file}`)}\`\`\``);
  });

  it('has its OpenAPI document without a store', () => {
    expect(document()).toMatchObject({
      openapi: '3.1.0',
      info: { title: 'Notes' },
      paths: { '/notes/{id}': { get: {} } },
    });
  });
});
