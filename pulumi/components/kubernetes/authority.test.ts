import { expect, it } from 'vitest';
import { of, register } from '../../tests/engine/mocks.ts';
import { Authority } from './authority.ts';

it('signs the certificate of a server by the authority of its store', async () => {
  const made = await register(() =>
    new Authority('ca', { commonName: 'broker' }).issue('server', ['a.example', '*.a.example']),
  );
  expect(of(made, 'SelfSignedCert')[0]?.inputs).toMatchObject({ isCaCertificate: true, earlyRenewalHours: 1440 });
  expect(of(made, 'CertRequest')[0]?.inputs).toMatchObject({ dnsNames: ['a.example', '*.a.example'] });
  expect(of(made, 'LocallySignedCert')[0]?.inputs).toMatchObject({
    caCertPem: expect.stringContaining('\nca\n'),
    certRequestPem: expect.stringContaining('\nserver\n'),
  });
});
