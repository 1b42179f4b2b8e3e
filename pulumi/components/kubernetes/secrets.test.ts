import { describe, expect, it } from 'vitest';
import { type Made, of, register } from '../../tests/engine/mocks.ts';
import { surroundings } from '../../tests/engine/surroundings.ts';

describe('a secret', () => {
  const make = () =>
    register(() => {
      surroundings().secrets.write('mongo-admin', ['shop', 'mongo'], { username: 'admin', password: 'p' });
    });

  it('has a version for each key, which only the accounts that copy it may read', async () => {
    const made = await make();
    expect(of(made, 'Secret').map(({ inputs }) => inputs['secretId'])).toEqual([
      'acme-prod-mongo-admin-username',
      'acme-prod-mongo-admin-password',
    ]);
    const grants = of(made, 'SecretIamMember').map(
      ({ inputs }) => `${String(inputs['secretId'])} ${String(inputs['member'])}`,
    );
    expect(grants).toHaveLength(4);
    expect(grants).toContain('mongo-admin-password-id principal://mongo/secret-sync');
    expect(
      of(made, 'SecretIamMember').every(({ inputs }) => inputs['role'] === 'roles/secretmanager.secretAccessor'),
    ).toBe(true);
  });

  it('is there for who depends on it only once it was copied', async () => {
    const made = await make();
    // What the controller of GKE writes after it wrote the Secret, and at no other time.
    expect(of(made, 'SecretSync').map(({ inputs }) => inputs['metadata'])).toEqual(
      ['shop', 'mongo'].map((namespace) => ({
        name: 'acme-mongo-admin',
        namespace,
        annotations: {
          'pulumi.com/waitFor': 'jsonpath={.status.lastSuccessfulSyncTime}',
          'pulumi.com/timeoutSeconds': '900',
        },
      })),
    );
  });

  it('comes under its own name into each namespace, by exact version', async () => {
    const made = await make();
    expect(of(made, 'SecretProviderClass').map(({ inputs }) => inputs['metadata'])).toEqual([
      { name: 'acme-mongo-admin', namespace: 'shop' },
      { name: 'acme-mongo-admin', namespace: 'mongo' },
    ]);
    const [source] = of(made, 'SecretProviderClass') as [Made];
    const { parameters } = source.inputs['spec'] as { parameters: { secrets: string } };
    expect(JSON.parse(parameters.secrets)).toEqual([
      { resourceName: 'projects/123456789012/secrets/mongo-admin-username/versions/1', path: 'username' },
      { resourceName: 'projects/123456789012/secrets/mongo-admin-password/versions/1', path: 'password' },
    ]);
  });
});
