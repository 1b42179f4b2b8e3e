import { beforeAll, describe, expect, it } from 'vitest';
import { type Made, of, register, site } from '../../../tests/engine/mocks.ts';
import { surroundings } from '../../../tests/engine/surroundings.ts';
import { Mongo, type MongoArgs } from './mongo.ts';

const settings: MongoArgs['settings'] = {
  shards: 2,
  members: 5,
  routers: 4,
  cpu: '1',
  memory: '4Gi',
  diskGb: 100,
  backup: { schedule: '0 3 * * *', keep: 14 },
};

type Pods = { serviceAccountName?: string; affinity: object; topologySpreadConstraints?: object[] };
type Spec = {
  crVersion: string;
  tls: object;
  replsets: Pods[];
  sharding: { configsvrReplSet: Pods; mongos: Pods };
  backup: { storages: Record<string, object>; tasks: object[] };
};

const make = (change: Partial<MongoArgs> = {}) =>
  register(() => new Mongo('mongo', { ...surroundings(), settings, ...change }));
const specIn = (made: Made[]) => of(made, 'PerconaServerMongoDB')[0]?.inputs['spec'] as Spec;
const podsIn = ({ replsets, sharding }: Spec) => [...replsets, sharding.configsvrReplSet, sharding.mongos];

let made: Made[];
let spec: Spec;
beforeAll(async () => {
  made = await make();
  spec = specIn(made);
});

describe('the backups of MongoDB', () => {
  it('are written by the identity of the pods: there is no key to keep', () => {
    expect(Object.values(spec.backup.storages)).toEqual([{ type: 'gcs', gcs: { bucket: 'mongo-backups-0a1b2c3' } }]);
    expect(made.map(({ type }) => type).filter((type) => /HmacKey|serviceaccount/.test(type))).toEqual([]);
  });

  it('may be written by the members, and removed by the operator, which does that itself', () => {
    const names = of(made, 'ServiceAccount').map(
      ({ inputs }) => inputs['metadata'] as { name: string; namespace: string },
    );
    const members = new Set([...spec.replsets, spec.sharding.configsvrReplSet].map((pods) => pods.serviceAccountName));
    expect([...members]).toEqual(['mongod']);
    expect(names).toContainEqual({ name: 'mongod', namespace: 'mongo' });
    expect(of(made, 'BucketIAMMember').map(({ inputs }) => [inputs['role'], inputs['member']])).toEqual([
      ['roles/storage.objectUser', 'principal://mongo/mongod'],
      ['roles/storage.objectUser', 'principal://mongo/psmdb-operator'],
    ]);
    // The chart calls the operator's account by the release.
    expect(of(made, 'Release')[0]?.inputs['name']).toBe('psmdb-operator');
  });

  it('are as many as are wanted, in the bucket too', () => {
    expect(spec.backup.tasks).toMatchObject([{ retention: { type: 'count', count: 14, deleteFromStorage: true } }]);
  });
});

describe('the pods of MongoDB', () => {
  const spreads = (each: Pods) => each.topologySpreadConstraints;

  it('stand in all zones, and may be more than there are zones', () => {
    for (const pods of podsIn(spec)) {
      expect(pods.affinity).toEqual({ antiAffinityTopologyKey: 'none' });
      expect(spreads(pods)).toMatchObject([{ topologyKey: 'topology.kubernetes.io/zone', maxSkew: 1 }]);
    }
  });

  it('stand where there is room in a single zone', async () => {
    const one = specIn(await make({ site: { ...site, isAvailable: false } }));
    expect(podsIn(one).map(spreads)).toEqual([undefined, undefined, undefined, undefined]);
  });

  it('keep the certificates that they were given, also while their Secret is away', () => {
    expect(spec.tls).toEqual({ mode: 'requireTLS', certManagementPolicy: 'userProvidedOnly' });
  });

  it('are described in the words of the operator that is installed', () => {
    expect(of(made, 'Release')[0]?.inputs['version']).toBe(spec.crVersion);
  });
});
