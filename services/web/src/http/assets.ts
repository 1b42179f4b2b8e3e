import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative } from 'node:path';
import type { ServiceMiddleware } from '@storefront/kit/http';
import type { Assets } from '../domain/site.ts';
import { answerOf, send, type Answer } from './answer.ts';

const types: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

type Manifest = Record<string, { file: string; css?: string[]; assets?: string[]; isEntry?: boolean }>;

/** The client build: a few dozen kilobytes, so it is read once and answered from memory. */
export function readBuild(dir: string): { assets: Assets; files: Map<string, Answer> } {
  const manifest = JSON.parse(readFileSync(join(dir, 'manifest.json'), 'utf8')) as Manifest;
  const entry = Object.values(manifest).find(({ isEntry }) => isEntry);
  const style = entry?.css?.[0];
  if (!entry || !style) throw new Error(`${dir}/manifest.json names no entry with a style sheet: build web again.`);
  const files = readdirSync(dir, { recursive: true, withFileTypes: true }).filter(
    (file) => file.isFile() && extname(file.name) in types,
  );
  const paths = files.map((file) => join(file.parentPath, file.name));
  return {
    assets: {
      script: `/${entry.file}`,
      style: `/${style}`,
      fonts: (entry.assets ?? []).filter((file) => file.endsWith('.woff2')).map((file) => `/${file}`),
    },
    files: new Map(paths.map((path) => [`/${relative(dir, path)}`, fileAnswer(path)])),
  };
}

/** Names under /assets carry a hash of their content, so a copy stays good for ever. */
function fileAnswer(path: string): Answer {
  const content = readFileSync(path);
  const lifetime = path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'public, max-age=86400';
  const answer = answerOf(200, content.toString('latin1'), {
    'content-type': types[extname(path)] ?? 'application/octet-stream',
    'cache-control': lifetime,
    'x-content-type-options': 'nosniff',
  });
  return { ...answer, body: content };
}

export const assets =
  (files: ReadonlyMap<string, Answer>): ServiceMiddleware =>
  (ctx, next) => {
    const file = ctx.method === 'GET' || ctx.method === 'HEAD' ? files.get(ctx.path) : undefined;
    if (!file) return next();
    ctx.state.route = '/assets';
    send(ctx, file);
    return undefined;
  };
