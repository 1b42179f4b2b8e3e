/** What the operator may do, as data: the chart's ClusterRole is generated from it, and a test compares it with what the loop does. */

export type Permission = { apiGroups: string[]; resources: string[]; verbs: string[] };

/** Seen through list and watch, looked at before the first apply, applied, removed. */
const owned = ['get', 'list', 'watch', 'patch', 'create', 'delete'];

export const permissions: readonly Permission[] = [
  // The finalizer is a patch of the object itself.
  { apiGroups: ['storefront.dev'], resources: ['storefronts'], verbs: ['list', 'watch', 'patch'] },
  { apiGroups: ['storefront.dev'], resources: ['storefronts/status'], verbs: ['patch'] },
  { apiGroups: [''], resources: ['serviceaccounts', 'configmaps', 'services'], verbs: owned },
  // Those of others are listed as metadata only and read one by one, where a Storefront refers to them.
  { apiGroups: [''], resources: ['secrets'], verbs: owned },
  { apiGroups: [''], resources: ['pods'], verbs: ['list', 'watch'] },
  { apiGroups: ['networking.k8s.io'], resources: ['networkpolicies', 'ingresses'], verbs: owned },
  { apiGroups: ['policy'], resources: ['poddisruptionbudgets'], verbs: owned },
  { apiGroups: ['batch'], resources: ['jobs'], verbs: owned },
  { apiGroups: ['apps'], resources: ['deployments'], verbs: owned },
  { apiGroups: ['autoscaling'], resources: ['horizontalpodautoscalers'], verbs: owned },
  { apiGroups: ['gateway.networking.k8s.io'], resources: ['httproutes'], verbs: owned },
  { apiGroups: ['networking.gke.io'], resources: ['gcpbackendpolicies', 'healthcheckpolicies'], verbs: owned },
  { apiGroups: ['events.k8s.io'], resources: ['events'], verbs: ['create'] },
];
