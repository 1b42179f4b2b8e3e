import { existsSync } from 'node:fs';
import { addresses } from './paths.ts';
import { execute, type ExecuteOptions } from './process.ts';

/** The one network namespace in which the cluster and all stores run. */
export const namespace = { name: 'storefront', path: '/run/netns/storefront' } as const;

/** The command as it runs inside the namespace. `nsenter`, not `ip netns exec`: that one hides the cgroups. */
export function inside(command: readonly string[]): string[] {
  return ['nsenter', `--net=${namespace.path}`, '--', ...command];
}

/** Runs a program inside the namespace and gives its output. */
export function executeInside(command: readonly string[], options?: ExecuteOptions): Promise<string> {
  return execute(inside(command), options);
}

export function networkExists(): boolean {
  return existsSync(namespace.path);
}

/** Makes the namespace with the node's and the stores' addresses; completes one that was left half-made. */
export async function ensureNetwork(): Promise<'made' | 'unchanged'> {
  const isNew = !networkExists();
  if (isNew) await execute(['ip', 'netns', 'add', namespace.name]);
  await executeInside(['sh', '-ceu', networkScript()]);
  return isNew ? 'made' : 'unchanged';
}

/** Each line does nothing when its work is done. Service addresses need some route before they are rewritten: hence the default one. */
function networkScript(): string {
  const own = [addresses.node, addresses.shop, addresses.test];
  return [
    'ip link set lo up',
    'ip link show node0 >/dev/null 2>&1 || ip link add node0 type veth peer name node0p',
    ...own.map((address) => `ip address replace ${address}/${addresses.prefixLength} dev node0`),
    'ip link set node0 up',
    'ip link set node0p up',
    'ip route replace default dev node0',
    'echo 1 > /proc/sys/net/ipv4/ip_forward',
    // Not there until the module is loaded; the cluster's start checks it.
    'modprobe br_netfilter 2>/dev/null || true',
    'if [ -e /proc/sys/net/bridge/bridge-nf-call-iptables ]; then echo 1 > /proc/sys/net/bridge/bridge-nf-call-iptables; fi',
  ].join('\n');
}

/** Removes the namespace; what still runs in it must have been stopped before. */
export async function removeNetwork(): Promise<void> {
  if (networkExists()) await execute(['ip', 'netns', 'delete', namespace.name]);
}

export type HttpRequest = {
  url: string;
  method?: 'GET' | 'PUT' | 'POST' | 'DELETE';
  headers?: Readonly<Record<string, string>>;
  body?: unknown;
  /** The CA that signed the server's certificate. */
  caFile?: string;
  timeoutMs?: number;
};

/** One HTTP request inside the namespace; status 0 means that nothing answered. Headers go by stdin: they hold tokens. */
export async function requestInside(request: HttpRequest): Promise<{ status: number; body: string }> {
  const seconds = (request.timeoutMs ?? 3000) / 1000;
  const answer = await executeInside(['curl', '--silent', '--max-time', String(seconds), '--config', '-'], {
    input: renderCurlConfig(request),
  }).catch(() => '\n0');
  const end = answer.lastIndexOf('\n');
  return { status: Number(answer.slice(end + 1)), body: answer.slice(0, end) };
}

export function renderCurlConfig({ url, method = 'GET', headers = {}, body, caFile }: HttpRequest): string {
  const quote = (text: string) => JSON.stringify(text);
  const content = body === undefined ? [] : [`data-raw = ${quote(JSON.stringify(body))}`];
  return [
    `url = ${quote(url)}`,
    `request = ${method}`,
    `write-out = "\\n%{http_code}"`,
    ...Object.entries(headers).map(([name, value]) => `header = ${quote(`${name}: ${value}`)}`),
    ...(caFile ? [`cacert = ${quote(caFile)}`] : []),
    ...content,
    '',
  ].join('\n');
}
