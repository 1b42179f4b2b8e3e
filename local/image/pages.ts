import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execute, ProgramError } from '../process.ts';
import { Failure } from '../steps.ts';
import { digestFiles, listFiles } from './tree.ts';

const web = 'services/web';
// The pages render with the shop's words and the catalogue's contract.
const inputs = [
  'package-lock.json',
  `${web}/{package.json,vite.config.ts,tsconfig.json}`,
  `${web}/{src,public}/**`,
  'services/commerce/src/**',
  'services/*/src/{contract.ts,contract/**}',
];

/** Builds web's pages for browser and server unless `dist` was built from these very sources. */
export async function buildPages(repository: string): Promise<'built' | 'unchanged'> {
  const digest = await digestFiles(repository, await listFiles(repository, inputs, ['**/*.test.ts', '**/*.test.tsx']));
  const record = join(repository, web, 'dist', '.sources');
  if (existsSync(record) && (await readFile(record, 'utf8')) === digest) return 'unchanged';
  const PATH = `${dirname(process.execPath)}:${join(repository, 'node_modules/.bin')}:${process.env['PATH']}`;
  try {
    await execute(['npm', 'run', '--silent', 'build'], { cwd: join(repository, web), env: { PATH, NO_COLOR: '1' } });
  } catch (cause) {
    const said = cause instanceof ProgramError ? cause.output.split('\n').slice(0, 12).join('\n') : String(cause);
    throw new Failure('The pages of web do not build.', said, { cause });
  }
  await writeFile(record, digest);
  return 'built';
}
