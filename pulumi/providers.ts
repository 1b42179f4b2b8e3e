import { Provider as Random } from '@pulumi/random/provider.js';
import { Provider as Tls } from '@pulumi/tls/provider.js';
import type { ProviderResource } from '@pulumi/pulumi';

/** Default providers are off (`Pulumi.*.yaml`), so that nothing is made by whatever login and project a shell happens to have. */
export const localProviders = (): ProviderResource[] => [new Random('random'), new Tls('tls')];
