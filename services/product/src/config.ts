import { fileURLToPath } from 'node:url';
import { commonConfig, readConfig as readEnvironment, storeConfig } from '@storefront/kit/config';
import { z } from 'zod';

const MediaUrl = z
  .url()
  .refine((url) => !url.startsWith('gs://'), 'a bucket (gs://) is not supported yet: give a folder, file:///…')
  .refine((url) => url.startsWith('gs://') || isFolder(url), 'must be a folder, file:///…');

const Config = z.object({ ...commonConfig, ...storeConfig('products'), ...storeConfig('broker'), mediaUrl: MediaUrl });
export type Config = Readonly<z.infer<typeof Config>>;

export const readConfig = (env?: NodeJS.ProcessEnv): Config => readEnvironment(Config, env);

/** `file:///media` → `/media`. */
export function mediaFolder({ mediaUrl }: Pick<Config, 'mediaUrl'>): string {
  return fileURLToPath(mediaUrl);
}

function isFolder(url: string): boolean {
  try {
    return fileURLToPath(url) !== '';
  } catch {
    return false;
  }
}
