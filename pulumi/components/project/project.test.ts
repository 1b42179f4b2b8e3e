import { output } from '@pulumi/pulumi';
import { describe, expect, it } from 'vitest';
import { projectNumber, register, site } from '../../tests/engine/mocks.ts';
import { Budget } from './budget.ts';
import { Encryption } from './encryption.ts';
import { Registry } from './registry.ts';
import { apis, numberIn, Services } from './services.ts';

const release = {
  version: '1.4.2',
  registry: 'https://ghcr.io',
  image: 'acme/storefront',
  digest: `sha256:${'0'.repeat(64)}`,
};

describe('the services', () => {
  it('turn on every API once, and leave it on', async () => {
    const made = await register(() => new Services('services', { site }));
    const enabled = made.filter(({ type }) => type.endsWith(':Service'));
    expect(new Set(enabled.map(({ inputs }) => inputs['service']))).toEqual(new Set(apis));
    expect(enabled).toHaveLength(apis.length);
    expect(enabled.every(({ inputs }) => inputs['disableOnDestroy'] === false)).toBe(true);
  });

  it('find the number of the project in the name of an account of Google', () => {
    expect(numberIn('service-42@container-engine-robot.iam.gserviceaccount.com')).toBe('42');
    expect(() => numberIn('somebody@acme.example')).toThrow('somebody@acme.example carries no project number');
  });
});

it('lets each key be used by one account alone', async () => {
  const services = { projectNumber: output(projectNumber), gkeAgent: output('gke@google') } as Services;
  const made = await register(() => new Encryption('keys', { site, services }));
  const grants = made.filter(({ type }) => type.endsWith(':CryptoKeyIAMMember'));
  expect(grants.map(({ inputs }) => [inputs['cryptoKeyId'], inputs['member']])).toEqual([
    ['keys-secrets-id', 'serviceAccount:gke@google'],
    ['keys-disks-id', `serviceAccount:service-${projectNumber}@compute-system.iam.gserviceaccount.com`],
  ]);
});

it('pulls releases through a registry of the shop, which nodes may read', async () => {
  let image = '';
  const made = await register(() => {
    const registry = new Registry('registry', { site, release, reader: 'serviceAccount:node@acme' });
    registry.image.apply((name) => (image = name));
  });
  expect(image).toBe('europe-west1-docker.pkg.dev/acme-shop/acme-prod-releases/acme/storefront');
  const repository = made.find(({ type }) => type.endsWith(':Repository'))?.inputs;
  expect(repository).toMatchObject({
    mode: 'REMOTE_REPOSITORY',
    remoteRepositoryConfig: { commonRepository: { uri: 'https://ghcr.io' } },
  });
  expect(repository, 'tags of a remote repository are the publisher’s').not.toHaveProperty('dockerConfig');
  expect(made.find(({ type }) => type.endsWith(':RepositoryIamMember'))?.inputs).toMatchObject({
    role: 'roles/artifactregistry.reader',
    member: 'serviceAccount:node@acme',
  });
});

it('tells of a budget before it is spent', async () => {
  const services = { projectNumber: output(projectNumber) } as Services;
  const settings = { billingAccount: '012345-6789AB-CDEF01', currency: 'EUR', monthly: 6000 };
  const made = await register(() => new Budget('budget', { site, settings, services, channel: 'mail' }));
  expect(made[0]?.inputs).toMatchObject({
    budgetFilter: { projects: [`projects/${projectNumber}`] },
    amount: { specifiedAmount: { currencyCode: 'EUR', units: '6000' } },
    thresholdRules: expect.arrayContaining([{ thresholdPercent: 1, spendBasis: 'FORECASTED_SPEND' }]),
  });
});
