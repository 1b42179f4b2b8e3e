import { type ComponentResourceOptions, ComponentResource, type Output } from '@pulumi/pulumi';
import { CertRequest } from '@pulumi/tls/certRequest.js';
import { LocallySignedCert } from '@pulumi/tls/locallySignedCert.js';
import { PrivateKey } from '@pulumi/tls/privateKey.js';
import { SelfSignedCert } from '@pulumi/tls/selfSignedCert.js';

const day = 24;
/**
 * Within sixty days of its end a certificate is ready to be made anew. A plain `pulumi up` may not notice (README, Day two), as the provider
 * looks at the clock when it refreshes: https://github.com/pulumi/pulumi-tls/issues/39
 */
const lifetimes = { authority: 3650 * day, certificate: 365 * day, renewal: 60 * day };

/** The keys of a Secret for TLS, with the authority. */
export type Certificate = { 'ca.crt': Output<string>; 'tls.crt': Output<string>; 'tls.key': Output<string> };

/**
 * A certificate authority for one store in the cluster, so that its servers can be checked and nobody else can be taken for them.
 * Its key stays in the encrypted state of the stack.
 *
 * Inputs: a name for people. Outputs: `certificate`, `key`; `issue`, which makes a server's. Cost: none.
 */
export class Authority extends ComponentResource {
  readonly certificate: Output<string>;
  readonly key: Output<string>;

  constructor(name: string, { commonName }: { commonName: string }, opts?: ComponentResourceOptions) {
    super('storefront:kubernetes:Authority', name, {}, opts);
    const key = privateKey(name, this);
    const own = new SelfSignedCert(
      name,
      {
        privateKeyPem: key.privateKeyPem,
        isCaCertificate: true,
        setSubjectKeyId: true,
        subject: { commonName, organization: 'Storefront' },
        validityPeriodHours: lifetimes.authority,
        earlyRenewalHours: lifetimes.renewal,
        allowedUses: ['cert_signing', 'crl_signing', 'digital_signature'],
      },
      { parent: this },
    );
    this.certificate = own.certPem;
    this.key = key.privateKeyPem;
    this.registerOutputs();
  }

  /** A certificate by which servers of these names are known, to clients and to each other: the values of their Secret. */
  issue(name: string, dnsNames: string[]): Certificate {
    const key = privateKey(name, this);
    const request = new CertRequest(
      name,
      {
        privateKeyPem: key.privateKeyPem,
        dnsNames,
        subject: { commonName: dnsNames[0] as string, organization: 'Storefront' },
      },
      { parent: this },
    );
    const signed = new LocallySignedCert(
      name,
      {
        certRequestPem: request.certRequestPem,
        caCertPem: this.certificate,
        caPrivateKeyPem: this.key,
        validityPeriodHours: lifetimes.certificate,
        earlyRenewalHours: lifetimes.renewal,
        allowedUses: ['digital_signature', 'key_encipherment', 'server_auth', 'client_auth'],
      },
      { parent: this },
    );
    return { 'ca.crt': this.certificate, 'tls.crt': signed.certPem, 'tls.key': key.privateKeyPem };
  }
}

const privateKey = (name: string, parent: Authority): PrivateKey =>
  new PrivateKey(name, { algorithm: 'ECDSA', ecdsaCurve: 'P256' }, { parent });
