import { fileURLToPath } from 'node:url';
import { commonConfig, readConfig as readEnvironment, storeConfig } from '@storefront/kit/config';
import { z } from 'zod';

const MediaUrl = z
  .url()
  .refine(
    (url) => bucketOf(url) !== undefined || isFolder(url),
    'must be a folder, file:///…, or a bucket, gs://<name>',
  );

const Config = z.object({
  ...commonConfig,
  ...storeConfig('products'),
  ...storeConfig('broker'),
  mediaUrl: MediaUrl,
  /** Another server of Cloud Storage's API, asked without credentials; Google's own libraries know the variable. */
  storageEmulatorHost: z.url({ protocol: /^https?$/ }).exactOptional(),
});
export type Config = Readonly<z.infer<typeof Config>>;

export const readConfig = (env?: NodeJS.ProcessEnv): Config => readEnvironment(Config, env);

type Media = Pick<Config, 'mediaUrl'>;

/** `gs://acme-media` → `acme-media`; undefined for a folder. */
export const mediaBucket = ({ mediaUrl }: Media): string | undefined => bucketOf(mediaUrl);

/** `file:///media` → `/media`. */
export const mediaFolder = ({ mediaUrl }: Media): string => fileURLToPath(mediaUrl);

function bucketOf(url: string): string | undefined {
  return /^gs:\/\/([a-z0-9][a-z0-9._-]{1,61}[a-z0-9])\/?$/.exec(url)?.[1];
}

function isFolder(url: string): boolean {
  try {
    return fileURLToPath(url) !== '';
  } catch {
    return false;
  }
}
