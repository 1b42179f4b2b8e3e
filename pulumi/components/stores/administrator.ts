import type { Resource } from '@pulumi/pulumi';
import { RandomPassword } from '@pulumi/random/randomPassword.js';
import type { Account } from '../kubernetes/secrets.ts';

/** The account by which the operator's provision Job makes all others of a store. Letters and digits fit into every URL and file. */
export const administrator = (name: string, parent: Resource): Account => ({
  username: 'storefront-admin',
  password: new RandomPassword(`${name}-admin`, { length: 40, special: false }, { parent }).result,
});
