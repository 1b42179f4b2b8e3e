/** Components in process, under Pulumi's mocks: what they register, and what becomes of it, without a program around them. */
import { runtime } from '@pulumi/pulumi';
import type { Site } from '../../naming.ts';
import { outputsOf, projectNumber } from './outputs.ts';

export type Made = { type: string; name: string; inputs: Record<string, unknown> };

export const site: Site = {
  project: 'acme-shop',
  region: 'europe-west1',
  zones: ['europe-west1-b', 'europe-west1-c', 'europe-west1-d'],
  environment: 'prod',
  isAvailable: true,
  isGuarded: true,
  shop: 'acme',
  namespace: 'shop',
};

export { projectNumber };

/** Those of a type, such as `Instance`. */
export const of = (made: readonly Made[], type: string): Made[] =>
  made.filter((each) => each.type.endsWith(`:${type}`));

const made: Made[] = [];

/** Everything that `build` registers with a provider. */
export async function register(build: () => unknown): Promise<Made[]> {
  made.length = 0;
  await runtime.setMocks(
    {
      newResource({ type, name, inputs, custom }) {
        const fields = inputs as Record<string, unknown>;
        if (custom && !type.startsWith('pulumi:')) made.push({ type, name, inputs: fields });
        const registered = { type, name, isCustom: custom ?? false, inputs: fields };
        return { id: custom ? `${name}-id` : undefined, state: outputsOf(registered) };
      },
      call: ({ inputs }) => inputs as Record<string, unknown>,
    },
    'storefront',
    'prod',
    false,
  );
  build();
  await runtime.disconnect();
  return [...made];
}
