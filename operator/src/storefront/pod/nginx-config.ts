/** nginx.conf of a pod: one loopback port for each service that the app calls, balanced over what Consul knows. No reloads, ever. */
import type { Storefront } from '@storefront/crds';
import { consulPorts, type Fleet, loopbackPort, sidecarPort, upstreamsOf } from '../../fleet.ts';
import { scopedName } from '../names.ts';
import { drainOf } from './drain.ts';
import { edgeServer } from './edge-config.ts';
import { settingsOf } from './image.ts';
import { indent } from './indent.ts';

type Balancing = NonNullable<ReturnType<typeof settingsOf>['balancing']>;

const balancings: Readonly<Record<Balancing, string>> = {
  RoundRobin: '',
  LeastConnections: 'least_conn;',
  RandomTwo: 'random two least_conn;',
};

/** The whole file. `service` is whose pod it is. */
export function nginxConfig(storefront: Storefront, fleet: Fleet, service: string): string {
  const entry = fleet[service]!;
  const upstreams = upstreamsOf(fleet, service).map((callee) => upstream(storefront, callee));
  const servers = entry.calls.map((callee) => callServer(fleet, callee));
  const http = [
    httpSettings,
    ...upstreams,
    statusServer,
    ...servers,
    ...(entry.edge ? [edgeServer(storefront, fleet, service)] : []),
  ];
  return `daemon off;
pid /tmp/nginx.pid;
error_log stderr warn;
worker_processes 1;
worker_shutdown_timeout ${drainOf(entry).nginxSeconds}s;
events {
  worker_connections 8192;
}
http {
${indent(http.join('\n'))}
}
`;
}

const httpSettings = `access_log off;
server_tokens off;
client_body_temp_path /tmp/body;
proxy_temp_path /tmp/proxy;
fastcgi_temp_path /tmp/fastcgi;
uwsgi_temp_path /tmp/uwsgi;
scgi_temp_path /tmp/scgi;

# Without valid=1s Nginx remembers "no such service" for ten seconds after the service is back.
resolver 127.0.0.1:${consulPorts.dns} valid=1s ipv6=off;
resolver_timeout 1s;

# The caller's request id; one of our own where it has none or one that does not belong into a document.
map $http_x_request_id $call_id {
  "~^[A-Za-z0-9._-]{1,128}$" $http_x_request_id;
  default $request_id;
}

# Instances may change while one that is dead is being tried, and Nginx then gives up: what may be sent twice is, to those of now.
map $request_method $if_lost {
  ~^(GET|HEAD)$ @again;
  default @unavailable;
}

proxy_http_version 1.1;
proxy_connect_timeout 500ms;
proxy_send_timeout 30s;
proxy_read_timeout 30s;
# Only what failed on the way is tried again, and a POST only if it was never sent: Nginx leaves out what is not idempotent.
proxy_next_upstream error timeout;
proxy_next_upstream_tries 3;
proxy_next_upstream_timeout 5s;
# Answers are read as fast as the client takes them and never go to disk.
proxy_buffers 16 8k;
proxy_max_temp_file_size 0;
`;

function upstream(storefront: Storefront, callee: string): string {
  const balancing = balancings[settingsOf(storefront, callee).balancing ?? 'RoundRobin'];
  return `upstream ${callee} {
  zone ${callee} 256k;
${balancing ? `  ${balancing}\n` : ''}  server service.consul service=${scopedName(storefront, callee)} resolve max_fails=2 fail_timeout=3s;
  keepalive 32;
  keepalive_timeout 4s;
}
`;
}

const statusServer = `server {
  listen ${sidecarPort};
  location = /healthz {
    return 200;
  }
  location = /stub_status {
    stub_status;
  }
  # For the kubelet, which cannot reach the agent's loopback: the agent lives; the agent has found its servers.
  location = /consul {
    proxy_pass http://127.0.0.1:${consulPorts.http}/;
  }
  location = /discovery {
    proxy_pass http://127.0.0.1:${consulPorts.http}/v1/status/leader;
  }
}
`;

function callServer(fleet: Fleet, callee: string): string {
  const { streams } = fleet[callee]!;
  const forward = `proxy_pass http://${callee};
proxy_set_header Connection "";
proxy_set_header X-Request-Id $call_id;
proxy_request_buffering off;`;
  return `server {
  listen 127.0.0.1:${loopbackPort(fleet[callee]!)};
  # The called service sets its own limits.
  client_max_body_size 0;
  recursive_error_pages on;
  location / {
${indent(forward, 4)}
    error_page 502 = $if_lost;
    error_page 504 = @unavailable;
  }
  location @again {
${indent(forward, 4)}
    error_page 502 504 = @unavailable;
  }
${streams.map((path) => streamLocation(path, forward)).join('')}  location @unavailable {
    default_type application/problem+json;
    add_header Retry-After 1 always;
    return 503 '{"type":"/problems/service-unavailable","title":"Service unavailable","status":503,"detail":"No instance of ${callee} answers at the moment. Try again.","code":"service-unavailable","requestId":"$call_id"}';
  }
}
`;
}

/** An answer that lasts as long as its reader listens: nothing is held back, and a heartbeat is well within the hour. */
const streamLocation = (path: string, forward: string): string => `  location ${path} {
${indent(forward, 4)}
    proxy_buffering off;
    proxy_read_timeout 1h;
    error_page 502 504 = @unavailable;
  }
`;
