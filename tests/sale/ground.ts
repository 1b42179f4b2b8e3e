import { text } from 'node:stream/consumers';

import { targetOf, type StoresFile, type Target } from '../auditor/target.ts';

/** A shop that is up already, as whoever starts a program of this folder describes it on its standard input. */
export type Ground = {
  /** Where customers come in. */
  url: string;
  /** Addresses from which they come. */
  sources: string[];
  merchantToken: string;
  namespace: string;
  stores: StoresFile;
  storefront: Parameters<typeof targetOf>[1];
  minutes: number;
};

/** `More`: what the program at hand is told besides. */
export async function readGround<More = object>(): Promise<Ground & More & { target: Target }> {
  const ground = JSON.parse(await text(process.stdin)) as Ground & More;
  return { ...ground, target: targetOf(ground.stores, ground.storefront) };
}
