/**
 * Regions in which all of Cloud SQL, Memorystore, GKE and Private Service Connect policies are offered, and the letters of their zones:
 * https://cloud.google.com/compute/docs/regions-zones. Two regions have no zone a.
 */
export const zonesOf = {
  'asia-east1': ['a', 'b', 'c'],
  'asia-northeast1': ['a', 'b', 'c'],
  'asia-southeast1': ['a', 'b', 'c'],
  'australia-southeast1': ['a', 'b', 'c'],
  'europe-north1': ['a', 'b', 'c'],
  'europe-west1': ['b', 'c', 'd'],
  'europe-west3': ['a', 'b', 'c'],
  'europe-west4': ['a', 'b', 'c'],
  'europe-west9': ['a', 'b', 'c'],
  'northamerica-northeast1': ['a', 'b', 'c'],
  'southamerica-east1': ['a', 'b', 'c'],
  'us-central1': ['a', 'b', 'c', 'f'],
  'us-east1': ['b', 'c', 'd'],
  'us-east4': ['a', 'b', 'c'],
  'us-west1': ['a', 'b', 'c'],
} as const satisfies Record<string, readonly string[]>;

export type Region = keyof typeof zonesOf;

export const regions = Object.keys(zonesOf) as Region[];
