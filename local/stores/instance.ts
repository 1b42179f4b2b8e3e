import { join } from 'node:path';
import { addresses, paths, type StoreInstance } from '../paths.ts';
import { secretOnce } from './secrets.ts';

/** One set of stores: its address in the namespace, and its folders in the checkout. */
export type Instance = {
  name: StoreInstance;
  address: string;
  dir: string;
  /** Pid files and logs. */
  run: string;
  folder: (server: string) => string;
  secret: (name: string, make?: () => string) => string;
};

export function storeInstance(name: StoreInstance): Instance {
  const dir = paths.stores(name);
  return {
    name,
    address: addresses[name],
    dir,
    run: join(dir, 'run'),
    folder: (server) => join(dir, server),
    secret: (secret, make) => secretOnce(join(dir, 'secrets', secret), make),
  };
}

/** A server program of an instance; `dataDir` is its working directory, by which one of its processes is known. */
export type StoreServer = {
  name: string;
  dir: string;
  dataDir: string;
  executable: string;
  stopSignal: NodeJS.Signals;
  /** Name of the server that it works with, which is stopped after it. */
  needs?: string;
};

export function storeServer(instance: Instance, name: string, executable: string): StoreServer {
  return { name, dir: instance.run, dataDir: instance.folder(name), executable, stopSignal: 'SIGTERM' };
}

/** The account by which the operator's provision Job makes one account per service. */
export const adminUser = 'admin';
