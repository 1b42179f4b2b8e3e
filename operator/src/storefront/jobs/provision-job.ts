/** The Job that makes stores and Consul agree to the services' accounts, and the plan it follows. */
import type { Storefront } from '@storefront/crds';
import type { Manifest } from '../../cluster.ts';
import type { Fleet } from '../../fleet.ts';
import { folders, provisionPlan } from '../../provision/plan.ts';
import { credentialsName, metadataOf, objectName, shortHash } from '../names.ts';
import { imageOf, pullPolicy } from '../pod/image.ts';
import { containerSecurity, resourcesOf } from '../pod/security.ts';
import { podTemplate, type Refs } from '../pod/template.ts';
import { readOnly, scratch, secretVolume, type Volume } from '../pod/volumes.ts';
import { accountKeys, ownerKeys } from '../secrets-of.ts';
import { type NamedServer, serversOf, serversUsedBy, volumeOf } from '../stores.ts';
import type { Context } from '../workload/deployment.ts';
import { job } from './job.ts';

const component = 'provision';

export const provisionConfigMap = (storefront: Storefront, fleet: Fleet) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: metadataOf(storefront, component),
  data: { 'plan.json': `${JSON.stringify(provisionPlan(storefront, fleet), null, 2)}\n` },
});

export const provisionJob = (context: Context) =>
  job(context.storefront, component, 'provision', template(context, []));

/** For a Storefront that is deleted with `deletionPolicy: Delete`: accounts and data go, after the pods that use them. */
export const removal = (storefront: Storefront, fleet: Fleet, refs: Refs): Manifest[] => [
  job(storefront, 'removal', 'removal', template({ storefront, fleet, refs }, ['--remove'])),
];

function template({ storefront, fleet, refs }: Context, options: string[]) {
  const config = provisionConfigMap(storefront, fleet);
  const secrets = secretMounts(storefront, fleet);
  const volumes: Volume[] = [
    { name: 'plan', configMap: { name: objectName(storefront, component), defaultMode: 0o444 } },
    ...secrets.map(({ volume }) => volume),
    scratch('tmp', '16Mi'),
  ];
  const container = {
    name: component,
    image: imageOf(storefront),
    imagePullPolicy: pullPolicy,
    terminationMessagePolicy: 'FallbackToLogsOnError',
    command: ['node', 'operator/src/provision/main.ts', ...options],
    env: [{ name: 'PLAN_FILE', value: `${folders.plan}/plan.json` }],
    securityContext: containerSecurity,
    resources: resourcesOf({ cpu: '50m', cpuLimit: '1', memory: '96Mi', memoryLimit: '256Mi', storage: '32Mi' }),
    volumeMounts: [
      readOnly('plan', folders.plan),
      ...secrets.map(({ volume, path }) => readOnly(volume.name, path)),
      { name: 'tmp', mountPath: '/tmp' },
    ],
  };
  const parts = { component, refs, configHash: shortHash(config.data), volumes };
  return podTemplate(storefront, parts, { containers: [container] });
}

/** Each Secret at the place where the plan says that it is. */
function secretMounts(storefront: Storefront, fleet: Fleet): { volume: Volume; path: string }[] {
  const { adminSecretRef, caSecretRef } = storefront.spec.discovery;
  const services = Object.entries(fleet).map(([service, entry]) =>
    mount(`${service}-credentials`, credentialsName(storefront, service), `credentials/${service}`, [
      'consul-token',
      ...accountKeys(storefront, entry),
      ...ownerKeys(entry),
    ]),
  );
  return [
    ...services,
    mount('consul-admin', adminSecretRef.name, 'admin/consul', ['token']),
    mount('consul-ca', caSecretRef.name, 'ca/consul', ['ca.crt']),
    ...serversUsedBy(fleet).flatMap((store) => serversOf(storefront, store).flatMap(storeMounts)),
  ];
}

function storeMounts(server: NamedServer) {
  const { adminSecretRef, tls, place } = server;
  const admin = mount(volumeOf(server, 'admin'), adminSecretRef.name, `admin/${place}`, ['username', 'password']);
  const ca = tls?.caSecretRef;
  return ca ? [admin, mount(volumeOf(server, 'ca'), ca.name, `ca/${place}`, ['ca.crt'])] : [admin];
}

const mount = (name: string, secret: string, folder: string, keys: string[]) => ({
  volume: secretVolume(name, secret, keys),
  path: `/etc/storefront/${folder}`,
});
