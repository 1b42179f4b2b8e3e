/**
 * Rules in CEL, with the functions that Kubernetes adds to the language and the kind uses:
 * https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-cel-libraries
 */
import { BlockList, isIP } from 'node:net';
import { Environment } from '@marcbachmann/cel-js';

const factors = { m: 1e-3, k: 1e3, M: 1e6, G: 1e9, T: 1e12, Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40 };
const quantity = /^(\d+(?:\.\d+)?)(m|k|M|G|T|Ki|Mi|Gi|Ti)?$/;

class Quantity {
  readonly amount: number;

  constructor(text: string) {
    const [, digits, unit] = quantity.exec(text) ?? [];
    if (digits === undefined) throw new Error(`${text} is no quantity`);
    this.amount = Number(digits) * (unit ? factors[unit as keyof typeof factors] : 1);
  }
}

function isCidr(text: string): boolean {
  const [address = '', prefix = ''] = text.split('/');
  try {
    new BlockList().addSubnet(address, Number(prefix), isIP(address) === 6 ? 'ipv6' : 'ipv4');
    return /^[0-9a-f.:]+\/\d{1,3}$/i.test(text);
  } catch {
    return false;
  }
}

const environment = new Environment()
  .registerVariable('self', 'dyn')
  .registerType('Quantity', { ctor: Quantity, fields: { amount: 'double' } })
  .registerFunction('isQuantity(dyn): bool', (text: unknown) => quantity.test(String(text)))
  .registerFunction('quantity(dyn): Quantity', (text: unknown) => new Quantity(String(text)))
  .registerFunction('Quantity.compareTo(Quantity): int', (one: Quantity, other: Quantity) =>
    BigInt(Math.sign(one.amount - other.amount)),
  )
  .registerFunction('isIP(dyn): bool', (text: unknown) => isIP(String(text)) !== 0)
  .registerFunction('isCIDR(dyn): bool', (text: unknown) => isCidr(String(text)));

const parsed = new Map<string, ReturnType<Environment['parse']>>();

/** Whether `self` keeps a rule. Throws where the rule asks for what is not there, or is of another type. */
export function holds(rule: string, self: unknown): boolean {
  const expression = parsed.get(rule) ?? environment.parse(rule);
  parsed.set(rule, expression);
  return expression({ self: withIntegers(self) }) === true;
}

/** CEL tells whole numbers from others, JavaScript does not. */
function withIntegers(value: unknown): unknown {
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map(withIntegers);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withIntegers(inner)]));
}
