/**
 * A stand-in for Pulumi's engine. The SDK's own runner, the one that the language host starts, speaks to it over gRPC: entry point,
 * loading, configuration, marshalling, dependencies and outputs are the real ones. It records what is registered and makes nothing.
 */
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type handleUnaryCall, Server, ServerCredentials } from '@grpc/grpc-js';
import engines, { type IEngineServer } from '@pulumi/pulumi/proto/engine_grpc_pb.js';
import messages from '@pulumi/pulumi/proto/engine_pb.js';
import monitor, { type IResourceMonitorServer } from '@pulumi/pulumi/proto/resource_grpc_pb.js';
import resources from '@pulumi/pulumi/proto/resource_pb.js';
import empty from 'google-protobuf/google/protobuf/empty_pb.js';
import struct from 'google-protobuf/google/protobuf/struct_pb.js';
import { outputsOf } from './outputs.ts';

const require = createRequire(import.meta.url);
type Fields = Record<string, unknown>;

export type Registered = {
  type: string;
  name: string;
  urn: string;
  parent: string;
  /** Made by a provider; components are not. */
  isCustom: boolean;
  provider: string;
  protect: boolean;
  dependencies: string[];
  ignoreChanges: string[];
  /** As on the wire: secrets and unknown values are marked. */
  inputs: Fields;
};

export type Run = { exitCode: number | null; resources: Registered[]; outputs: Fields; log: string };

export type RunOptions = {
  stack: string;
  /** `storefront:…` keys, structures as JSON text. */
  config: Readonly<Record<string, string>>;
  /** A preview of a stack that does not exist: no value of any resource is known. */
  preview?: boolean;
  /** Outputs of the last `pulumi up`. */
  previous?: Fields;
  /** Name of a resource that Google Cloud refuses. */
  refuse?: string;
};

const { Empty } = empty;
const { Struct } = struct;
const root = join(import.meta.dirname, '../../..');
const project = 'storefront';

export async function runProgram(options: RunOptions): Promise<Run> {
  const run: Run = { exitCode: null, resources: [], outputs: {}, log: '' };
  const server = new Server();
  server.addService(monitor.ResourceMonitorService, monitorOf(run, options));
  server.addService(engines.EngineService, engineOf(run));
  const port = await new Promise<number>((done, fail) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? fail(error) : done(bound),
    ),
  );
  try {
    run.exitCode = await runProcess(`127.0.0.1:${port}`, run, options);
  } finally {
    server.forceShutdown();
  }
  return run;
}

/** What `pulumi` starts for a program in `main: pulumi/`, with `typescript: false`. */
function runProcess(address: string, run: Run, { stack, config, preview }: RunOptions): Promise<number | null> {
  const folder = join(root, 'pulumi');
  const runner = require.resolve('@pulumi/pulumi/cmd/run');
  const place = [
    '--monitor',
    address,
    '--engine',
    address,
    '--organization',
    'organization',
    '--project',
    project,
    '--stack',
    stack,
  ];
  const own = ['--root-directory', root, '--pwd', folder, ...(preview ? ['--dry-run'] : []), '.'];
  const child = spawn(process.execPath, [runner, ...place, ...own], {
    cwd: folder,
    env: {
      ...process.env,
      PULUMI_CONFIG: JSON.stringify(config),
      PULUMI_CONFIG_SECRET_KEYS: '[]',
      PULUMI_NODEJS_TYPESCRIPT: 'false',
      NODE_OPTIONS: '',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (run.log += text));
  return new Promise((done, fail) => child.once('error', fail).once('close', done));
}

function monitorOf(run: Run, options: RunOptions) {
  const registerResource: IResourceMonitorServer['registerResource'] = ({ request }, reply) => {
    const type = request.getType();
    const name = request.getName();
    if (name === options.refuse) return reply(new Error(`${name}: refused by Google Cloud`));
    const inputs = (request.getObject()?.toJavaScript() ?? {}) as Fields;
    const urn = `urn:pulumi:${options.stack}::${project}::${type}::${name}`;
    const registered: Registered = {
      type,
      name,
      urn,
      parent: request.getParent(),
      isCustom: request.getCustom(),
      provider: request.getProvider(),
      protect: request.getProtect() ?? false,
      dependencies: request.getDependenciesList(),
      ignoreChanges: request.getIgnorechangesList(),
      inputs,
    };
    run.resources.push(registered);
    const response = new resources.RegisterResourceResponse();
    response.setUrn(urn);
    const isKnown = !options.preview;
    if (request.getCustom())
      response.setId(isKnown ? `${name}-id` : type.startsWith('pulumi:providers:') ? `${name}-id` : '');
    response.setObject(Struct.fromJavaScript((isKnown ? outputsOf(registered) : {}) as never));
    reply(null, response);
  };
  const readResource: IResourceMonitorServer['readResource'] = ({ request }, reply) => {
    const response = new resources.ReadResourceResponse();
    response.setUrn(`urn:pulumi:${options.stack}::${project}::${request.getType()}::${request.getName()}`);
    const { name = '' } = (request.getProperties()?.toJavaScript() ?? {}) as { name?: string };
    response.setProperties(
      Struct.fromJavaScript({ name, outputs: options.previous ?? {}, secretOutputNames: [] } as never),
    );
    reply(null, response);
  };
  return { ...featuresOf(), registerResource, readResource, ...outputsInto(run), signalAndWaitForShutdown: nothing };
}

const featuresOf = () => {
  const supported = new Set(['secrets', 'resourceReferences', 'outputValues']);
  const supportsFeature: IResourceMonitorServer['supportsFeature'] = ({ request }, reply) => {
    const response = new resources.SupportsFeatureResponse();
    response.setHassupport(supported.has(request.getId()));
    reply(null, response);
  };
  return { supportsFeature };
};

const outputsInto = (run: Run) => {
  const registerResourceOutputs: IResourceMonitorServer['registerResourceOutputs'] = ({ request }, reply) => {
    if (request.getUrn().includes('::pulumi:pulumi:Stack::'))
      run.outputs = (request.getOutputs()?.toJavaScript() ?? {}) as Fields;
    reply(null, new Empty());
  };
  return { registerResourceOutputs };
};

const nothing: handleUnaryCall<unknown, InstanceType<typeof Empty>> = (_call, reply) => reply(null, new Empty());

function engineOf(run: Run) {
  let stackUrn = '';
  const log: IEngineServer['log'] = ({ request }, reply) => {
    if (request.getSeverity() > messages.LogSeverity.DEBUG) run.log += `${request.getMessage()}\n`;
    reply(null, new Empty());
  };
  const getRootResource: IEngineServer['getRootResource'] = (_call, reply) => {
    const response = new messages.GetRootResourceResponse();
    response.setUrn(stackUrn);
    reply(null, response);
  };
  const setRootResource: IEngineServer['setRootResource'] = ({ request }, reply) => {
    stackUrn = request.getUrn();
    reply(null, new messages.SetRootResourceResponse());
  };
  return { log, getRootResource, setRootResource };
}
