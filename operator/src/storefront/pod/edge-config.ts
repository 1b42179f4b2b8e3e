/** The edge: where customers come in. It gives a request its id and its client's address, bounds what a client may take, and chooses app or pages. */
import type { Storefront } from '@storefront/crds';
import { edgeBodyMiB, edgePort, type Fleet } from '../../fleet.ts';
import { indent } from './indent.ts';
import { locationOf, streaming } from './location.ts';

/** Google's front ends, which proxy and probe for a Gateway; https://cloud.google.com/load-balancing/docs/firewall-rules */
const googleRanges = ['35.191.0.0/16', '130.211.0.0/22'];
const privateRanges = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'];

type Refusal = { status: number; code: string; title: string; detail: string };

/** What Nginx itself answers. 503 stands for every way in which what is behind the edge may be missing. */
const refusals: readonly Refusal[] = [
  { status: 400, code: 'bad-request', title: 'Bad request', detail: 'The request is not valid HTTP.' },
  { status: 413, code: 'body-too-large', title: 'Body too large', detail: 'The body is larger than this path takes.' },
  { status: 414, code: 'uri-too-long', title: 'Address too long', detail: 'The address is longer than 8 KiB.' },
  {
    status: 429,
    code: 'too-many-connections',
    title: 'Too many requests',
    detail: 'Too many requests at once from your address.',
  },
  {
    status: 503,
    code: 'service-unavailable',
    title: 'Service unavailable',
    detail: 'The shop cannot answer at the moment. Try again.',
  },
];
/** Nginx's statuses that one refusal stands for; 494 is its own for a header that is too large. */
const covers: Readonly<Record<number, string>> = { 400: '400 494', 503: '502 503 504' };

export function edgeServer(storefront: Storefront, fleet: Fleet, service: string): string {
  const { edge, port, streams } = fleet[service]!;
  const app = `upstream app {
  server 127.0.0.1:${port} max_fails=0;
  keepalive 64;
  keepalive_timeout 4s;
}
`;
  const locations = [
    ...edge!.api.map((path) => location(path, toApp)),
    ...edge!.uploads.map(({ path, limitMiB }) => location(path, toApp + upload(limitMiB))),
    ...streams.map((path) => location(path, toApp + streaming)),
    ...fleet[edge!.pages]!.streams.map((path) => location(path, toPages(edge!.pages) + streaming)),
    location('/', toPages(edge!.pages)),
  ];
  return [clientAddress(storefront), edgeSettings, forms(edge!.api), app, server(storefront, locations.join(''))].join(
    '\n',
  );
}

/**
 * `$client`: the peer, unless the peer is the load balancer, which names the client in X-Forwarded-For. A Google load balancer appends
 * "client, itself", an ingress controller "client"; whatever stands before was written by the client and is not believed.
 */
function clientAddress({ spec }: Storefront): string {
  const { gatewayRef, className } = spec.ingress;
  if (!gatewayRef && !className) return 'map $remote_addr $client {\n  default $remote_addr;\n}\n';
  const ranges = spec.networkPolicy.edgeCidrs ?? (gatewayRef ? googleRanges : privateRanges);
  const address = '(?<forwarded>[0-9A-Fa-f.:]+)';
  return `geo $from_balancer {
  default 0;
${ranges.map((range) => `  ${range} 1;`).join('\n')}
}
map "$from_balancer $http_x_forwarded_for" $client {
  "~^1 (?:.*,)?\\s*${address}${gatewayRef ? '\\s*,[^,]*' : '\\s*'}$" $forwarded;
  default $remote_addr;
}
`;
}

const edgeSettings = `limit_conn_zone $client zone=clients:4m;
limit_conn_status 429;

# What went wrong here is logged; the app logs its own requests.
map $status $is_refused {
  "~^(400|408|413|414|429|5)" 1;
  default 0;
}
log_format refused escape=json '{"level":"warn","msg":"refused at the edge","status":$status,"method":"$method","path":"$path","client":"$client","requestId":"$request_id","seconds":$request_time}';

gzip on;
gzip_comp_level 4;
gzip_min_length 1024;
gzip_proxied any;
gzip_vary on;
gzip_types text/css text/plain application/javascript text/javascript application/json application/problem+json application/manifest+json application/xml image/svg+xml;
`;

function server({ spec }: Storefront, locations: string): string {
  const scheme = spec.ingress.tls ? 'https' : 'http';
  return `server {
  listen ${edgePort};
  access_log /dev/stdout refused if=$is_refused;

  # A client that sends or reads too slowly is let go; one address cannot hold all connections.
  client_header_timeout 10s;
  client_body_timeout 10s;
  send_timeout 15s;
  reset_timedout_connection on;
  limit_conn clients 512;
  client_header_buffer_size 2k;
  large_client_header_buffers 4 8k;
  client_max_body_size ${edgeBodyMiB}m;
  # No connection outlives these two by much: when a pod ends, all of its connections have been closed between two requests
  # before the app stops (see the drain of the edge).
  keepalive_timeout 10s;
  keepalive_time 25s;

  proxy_set_header Host $host;
  proxy_set_header X-Request-Id $request_id;
  proxy_set_header X-Forwarded-For $client;
  proxy_set_header X-Forwarded-Proto ${scheme};
  # Ours alone, from inside.
  proxy_set_header X-Storefront-Caller "";
  proxy_set_header X-Request-Deadline-Ms "";
  proxy_set_header Forwarded "";
  proxy_set_header Connection "";
  proxy_read_timeout 65s;

${indent(errorPages)}
${locations}
${refusals.map(refusalLocations).join('')}}
`;
}

const toApp = 'proxy_pass http://app;\n';
const toPages = (pages: string): string => `proxy_pass http://${pages};\n`;
const upload = (limitMiB: number): string => `client_max_body_size ${limitMiB}m;
proxy_request_buffering off;
`;

const location = (path: string, lines: string): string => `
  location ${locationOf(path)} {
${indent(lines, 4)}
  }
`;

/** Paths of the API get Nginx's own answers as problem documents, all others as pages. What app and pages answer passes as it is. */
const forms = (api: readonly string[]): string => `map $request_uri $path {
  "~^(?<before_query>[^?]*)" $before_query;
}
map $request $method {
  "~^(?<first_word>[A-Z]+) " $first_word;
}
map $path $form {
  "" problem;
${api.map((path) => (path.endsWith('/') ? `  "~^${path}" problem;` : `  ${path} problem;`)).join('\n')}
  default page;
}
`;

/** By address, not by a named location: Nginx refuses to enter one for a request whose address it could not read. */
const refusalPath = (form: string, status: number): string => `/.refused/${form}/${status}`;

const errorPages = refusals
  .map(({ status }) => `error_page ${covers[status] ?? status} = ${refusalPath('$form', status)};`)
  .join('\n');

function refusalLocations({ status, code, title, detail }: Refusal): string {
  const retry = status === 503 || status === 429 ? '\n    add_header Retry-After 2 always;' : '';
  const headers = `add_header X-Request-Id $request_id always;
    add_header Cache-Control no-store always;${retry}`;
  return `
  location = ${refusalPath('problem', status)} {
    internal;
    default_type application/problem+json;
    ${headers}
    return ${status} '{"type":"/problems/${code}","title":"${title}","status":${status},"detail":"${detail}","code":"${code}","requestId":"$request_id"}';
  }
  location = ${refusalPath('page', status)} {
    internal;
    default_type "text/html; charset=utf-8";
    ${headers}
    return ${status} '${page(title, detail)}';
  }
`;
}

const page = (title: string, detail: string): string =>
  '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">' +
  `<title>${title}</title><style>:root{color-scheme:light dark}body{font:1.125rem/1.6 system-ui,sans-serif;max-width:34rem;margin:15vh auto;padding:0 1.5rem}</style></head>` +
  `<body><main><h1>${title}</h1><p>${detail}</p><p><a href="/">Back to the shop</a></p><p><small>$request_id</small></p></main></body></html>`;
