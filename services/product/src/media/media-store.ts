import { mediaBucket, mediaFolder, type Config } from '../config.ts';
import type { MediaStore } from '../domain/media.ts';
import { folderMediaStore } from './folder-media-store.ts';

/** The store that MEDIA_URL means. What only a bucket needs is loaded for a bucket only. */
export async function openMediaStore(config: Pick<Config, 'mediaUrl' | 'storageEmulatorHost'>): Promise<MediaStore> {
  const bucket = mediaBucket(config);
  if (bucket === undefined) return folderMediaStore(mediaFolder(config));
  const { bucketMediaStore } = await import('./bucket-media-store.ts');
  const { applicationIdentity } = await import('./google-identity.ts');
  const endpoint = config.storageEmulatorHost;
  return bucketMediaStore({ bucket, endpoint, identity: endpoint === undefined ? applicationIdentity() : undefined });
}
