/**
 * Zones differ by one pod at most. Unlike a required anti-affinity it has room for more pods than there are zones. Which pods are
 * counted is the `labelSelector` of who uses it.
 */
export const zoneSpread = {
  maxSkew: 1,
  topologyKey: 'topology.kubernetes.io/zone',
  whenUnsatisfiable: 'DoNotSchedule',
} as const;
