import { describe, expect, it } from 'vitest';
import { variablesOf } from './projects.ts';

describe('the environment of tests', () => {
  it('sends none of them to Stripe itself with the key of the person', () => {
    const person = { STRIPE_SECRET_KEY: 'sk_test_1' };
    const variables = { ...person, ...variablesOf('service', { image: 'localhost/storefront:1', folder: '/tmp/run' }) };
    expect(variables).toMatchObject({ STRIPE_SECRET_KEY: '', STOREFRONT_TEST_IMAGE: 'localhost/storefront:1' });
  });

  it('keeps what a run leaves in a folder of its own, but not of servers that outlive it', () => {
    const folderOf = (project: 'unit' | 'fault') => variablesOf(project, { image: '', folder: '/tmp/run' }).TMPDIR;
    expect([folderOf('unit'), folderOf('fault')]).toEqual(['/tmp/run', undefined]);
  });
});
