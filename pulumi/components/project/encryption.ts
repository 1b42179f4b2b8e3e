import { CryptoKey } from '@pulumi/gcp/kms/cryptoKey.js';
import { CryptoKeyIAMMember } from '@pulumi/gcp/kms/cryptoKeyIAMMember.js';
import { KeyRing } from '@pulumi/gcp/kms/keyRing.js';
import { type ComponentResourceOptions, ComponentResource, interpolate, type Input, type Output } from '@pulumi/pulumi';
import { labelsOf, type Site } from '../../naming.ts';
import type { Services } from './services.ts';

/**
 * Keys of the shop's own: one for the Secrets in the cluster's database, one for the disks of nodes and volumes. Whoever may use
 * a key is named at the key. A key is new every 90 days; older versions keep opening what they closed.
 *
 * Inputs: the site, Google's accounts. Outputs: two key ids, usable once the grants are there. Cost: by version and by 10,000 uses.
 */
export class Encryption extends ComponentResource {
  readonly secretsKey: Output<string>;
  readonly disksKey: Output<string>;

  constructor(name: string, { site, services }: { site: Site; services: Services }, opts?: ComponentResourceOptions) {
    super('storefront:project:Encryption', name, {}, opts);
    const ring = new KeyRing(name, { location: site.region }, { parent: this });
    const computeAgent = interpolate`service-${services.projectNumber}@compute-system.iam.gserviceaccount.com`;
    this.secretsKey = this.key(`${name}-secrets`, ring, site, services.gkeAgent);
    this.disksKey = this.key(`${name}-disks`, ring, site, computeAgent);
    this.registerOutputs({ secretsKey: this.secretsKey, disksKey: this.disksKey });
  }

  /** The id comes from the grant, so that nobody uses a key before its user may. */
  private key(name: string, ring: KeyRing, site: Site, user: Input<string>): Output<string> {
    const key = new CryptoKey(
      name,
      {
        keyRing: ring.id,
        purpose: 'ENCRYPT_DECRYPT',
        rotationPeriod: '7776000s',
        labels: labelsOf(site, 'encryption'),
      },
      { parent: this, protect: site.isGuarded },
    );
    const role = 'roles/cloudkms.cryptoKeyEncrypterDecrypter';
    const member = interpolate`serviceAccount:${user}`;
    return new CryptoKeyIAMMember(name, { cryptoKeyId: key.id, role, member }, { parent: this }).cryptoKeyId;
  }
}
