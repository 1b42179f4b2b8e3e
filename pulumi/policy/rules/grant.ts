/** Who is granted what, by whom things are made, and how secrets are drawn. */
import { anyRule, textsIn } from './rule.ts';

/** Fields of members, bindings and whole policies of IAM. */
const granting = ['member', 'members', 'role', 'policyData'];

/** A rule against words in grants: who gets something, or what is got. */
const neverGranted = (name: string, description: string, words: readonly string[], advice: string) =>
  anyRule(name, description, ({ props }) => {
    const texts = textsIn(props).filter(({ field }) => granting.includes(field));
    const found = words.filter((word) => texts.some(({ text }) => text.includes(word)));
    return found.map((word) => `take ${word} away: ${advice}`);
  });

export const grantRules = [
  neverGranted(
    'no-default-account',
    'Nothing is granted to the default accounts.',
    ['-compute@developer.gserviceaccount.com', '@appspot.gserviceaccount.com'],
    'make an account for whoever needs it',
  ),
  neverGranted(
    'no-broad-role',
    'No account may change everything.',
    ['roles/owner', 'roles/editor'],
    'grant the roles that are needed',
  ),
  neverGranted(
    'no-everyone',
    'Nothing is granted to everyone.',
    ['allUsers', 'allAuthenticatedUsers'],
    'name the account',
  ),
  anyRule(
    'explicit-provider',
    'Nothing is made by whatever login and project a shell happens to have.',
    ({ provider }) =>
      provider?.startsWith('default') && 'pass it a provider, or make it the child of a component that has one',
  ),
  anyRule(
    'random-hidden',
    'What is drawn at random is not told by its id, which is open in the state: https://github.com/pulumi/pulumi-random/issues/190',
    ({ type }) =>
      /^random:index\/random(Bytes|Id|String|Uuid[47]?):/.test(type) &&
      'draw it by RandomPassword, whose id is not its value',
  ),
];
