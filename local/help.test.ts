import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatHelp } from './help.ts';
import { paths } from './paths.ts';

const makefile = readFileSync(join(paths.checkout, 'Makefile'), 'utf8');
const help = formatHelp(makefile);
const listed = [...help.matchAll(/make (\w+)/g)].map(([, name]) => String(name));

describe('make help', () => {
  it('lists every command that can be asked for', () => {
    const [, phony = ''] = /^\.PHONY: (.*)$/m.exec(makefile) ?? [];
    expect(listed.toSorted()).toEqual(phony.split(' ').toSorted());
  });

  it.each(listed.filter((name) => name !== 'help' && name !== 'check'))('%s is a module', (name) => {
    expect(existsSync(join(paths.checkout, 'local/commands', `${name}.ts`))).toBe(true);
  });
});
