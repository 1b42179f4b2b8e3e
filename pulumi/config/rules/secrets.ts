import { type Rule, rule } from './rule.ts';

/** Every secretRef of shop.spec must be a Secret that integrations makes. */
const areThere = rule(['shop.name', 'shop.spec', 'integrations'], ({ shop, integrations }) => {
  const names = new Set(Object.keys(integrations).map((name) => `${shop.name}-${name}`));
  return secretRefs(shop.spec)
    .filter((name) => !names.has(name))
    .map((name) => `shop.spec: refers to the Secret ${name}: add its keys to integrations`);
});

function secretRefs(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'secretRef' ? [String((inner as { name?: unknown } | null)?.name)] : secretRefs(inner),
  );
}

export const secretRules: Rule[] = [areThere];
