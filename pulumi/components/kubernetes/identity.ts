import { ServiceAccount } from '@pulumi/kubernetes/core/v1/serviceAccount.js';
import type { Resource } from '@pulumi/pulumi';
import type { Namespaces } from './namespaces.ts';

export type IdentityArgs = { account: string; namespace: string; namespaces: Namespaces };

/** A service account that is somebody in Google Cloud only: it gets no token for the API of Kubernetes. */
export const identity = (name: string, { account, namespace, namespaces }: IdentityArgs, parent: Resource) =>
  new ServiceAccount(
    name,
    { metadata: { name: account, namespace }, automountServiceAccountToken: false },
    { parent, dependsOn: [namespaces.made(namespace)] },
  );
