import { z } from 'zod';
import { mapOf } from '../list.ts';
import { text } from '../rule.ts';
import { imageName, ImageReference, Resources, SecretRef } from './value.ts';

export const Release = z
  .strictObject({
    version: text(
      64,
      /^[0-9A-Za-z]([0-9A-Za-z.-]*[0-9A-Za-z])?$/,
      'write a version such as 1.4.2: letters, digits, dots and hyphens',
    ).meta({ description: 'Version of the fleet, as people speak of it. Shown in status, logs and traces.' }),
    image: text(
      512,
      new RegExp(`^${imageName}$`),
      'write the image as registry/name or registry/name:tag, and its digest in release.digest',
    ).meta({ description: 'Image that every service and Job of the fleet runs, without digest.' }),
    digest: text(
      71,
      /^sha256:[a-f0-9]{64}$/,
      'write the digest as sha256: and 64 lower-case hex digits, as the registry shows it',
    )
      .exactOptional()
      .meta({
        description: 'Digest of the image. With it the pods run exactly this image, whatever the tag says later.',
      }),
  })
  .meta({ description: 'What runs. Changing it starts a rollout.' });
export type Release = z.infer<typeof Release>;

export const ImagePullSecrets = mapOf(SecretRef, 'name', { max: 8 }).meta({
  description: 'Secrets of type kubernetes.io/dockerconfigjson with which images are pulled.',
});

const Sidecar = z.strictObject({
  image: ImageReference.exactOptional().meta({ description: 'Image to run in place of the one of the release.' }),
  resources: Resources.exactOptional().meta({ description: 'CPU and memory of this sidecar in every pod.' }),
});

export const Sidecars = z
  .strictObject({
    consul: Sidecar.exactOptional().meta({
      description: 'Registers the pod and answers names on its loopback address.',
    }),
    nginx: Sidecar.exactOptional().meta({ description: 'Balances the outbound calls of the pod.' }),
  })
  .meta({ description: 'The two helpers of every pod.' });
export type Sidecars = z.infer<typeof Sidecars>;
