/** Bodies that no route of raw bytes may take as they are: webhooks, the import, images. Made by hand, for no schema says what they are. */
import type { BadRequest, Ground } from './bad-requests.ts';

export interface RawRequest extends Omit<BadRequest, 'body' | 'field'> {
  body?: string | Buffer;
  /** What it must be answered with; the import answers a line each, and refuses that line. */
  status: number;
}

const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
const longestWebhookBytes = 512 * 1024;
const longestLineBytes = 512 * 1024;

export function rawRequests({ callers: { merchant } }: Ground): RawRequest[] {
  return [
    ...['/webhooks/stripe', '/webhooks/carriers/easypost'].flatMap(badWebhooks),
    ...badImports.map((bad) => ({ method: 'POST', path: '/api/products/import', ...bad })).map(by(merchant)),
    ...badImages.map((bad) => ({ method: 'POST', path: '/api/media', ...bad })).map(by(merchant)),
  ];
}

const by =
  (caller: Record<string, string>) =>
  <Bad extends RawRequest>(bad: Bad): RawRequest => ({
    ...bad,
    name: `${bad.path}: ${bad.name}`,
    headers: { ...caller, ...bad.headers },
  });

const typed = (type: string) => ({ 'content-type': type });

/** Without a signature that is good none of them is read any further. */
function badWebhooks(path: string): RawRequest[] {
  const json = typed('application/json');
  const signed = { 'stripe-signature': 't=1,v1=00', 'x-hmac-signature': 'hmac-sha256-hex=00' };
  const bad: Omit<RawRequest, 'method' | 'path'>[] = [
    { name: 'another content type', headers: typed('text/plain'), body: '{}', status: 415 },
    { name: 'no content type', headers: {}, body: '{}', status: 415 },
    { name: 'no body', headers: json, status: 400 },
    { name: 'half of a document', headers: { ...json, ...signed }, body: '{"id":"evt_1","type":', status: 400 },
    { name: 'a signature of something else', headers: { ...json, ...signed }, body: '{"id":"evt_1"}', status: 400 },
    { name: 'too large', headers: json, body: `"${'x'.repeat(longestWebhookBytes)}"`, status: 413 },
  ];
  return bad.map((one) => by({})({ method: 'POST', path, ...one }));
}

const ndjson = typed('application/x-ndjson');
const category = '{"kind":"category","slug":"hostile","name":"Hostile"';

const badImports: Omit<RawRequest, 'method' | 'path'>[] = [
  { name: 'another content type', headers: typed('application/json'), body: '{}', status: 415 },
  { name: 'a compressed body', headers: { ...ndjson, 'content-encoding': 'gzip' }, body: '\u001f', status: 415 },
  { name: 'half of a line', headers: ndjson, body: category, status: 200 },
  { name: 'a line that is no record', headers: ndjson, body: '[]\n', status: 200 },
  { name: 'a line that is no text', headers: ndjson, body: Buffer.from([0xff, 0xfe, 0x0a]), status: 200 },
  {
    name: 'a polluted line',
    headers: ndjson,
    body: `${category},"__proto__":{"parent":null},"position":0}\n`,
    status: 200,
  },
  {
    name: 'too large a line',
    headers: ndjson,
    body: `${category},"x":"${'x'.repeat(longestLineBytes)}"}\n`,
    status: 200,
  },
];

const badImages: Omit<RawRequest, 'method' | 'path'>[] = [
  { name: 'another content type', headers: typed('image/svg+xml'), body: '<svg/>', status: 415 },
  { name: 'no content type', headers: {}, body: png, status: 415 },
  { name: 'no body', headers: typed('image/png'), status: 400 },
  { name: 'the beginning of an image', headers: typed('image/png'), body: png, status: 400 },
  { name: 'another thing by the name of an image', headers: typed('image/webp'), body: '<script>', status: 400 },
];
