/** The policy pack, served by the SDK as the CLI serves it, asked over the analyzer's own protocol. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { credentials } from '@grpc/grpc-js';
import rpc, { type AnalyzerClient } from '@pulumi/pulumi/proto/analyzer_grpc_pb.js';
import messages, {
  type AnalyzerProviderResource,
  type AnalyzeRequest,
  type AnalyzerResource,
  type AnalyzeResponse,
} from '@pulumi/pulumi/proto/analyzer_pb.js';
import struct from 'google-protobuf/google/protobuf/struct_pb.js';
import type { Registered } from './engine.ts';
import { opened } from './wire.ts';

const require = createRequire(import.meta.url);
export type Violation = { rule: string; urn: string; message: string; isMandatory: boolean };
export type Subject = Pick<Registered, 'type' | 'name' | 'urn' | 'inputs'> & Partial<Pick<Registered, 'provider'>>;

/**
 * A copy with one field another; dots part the way, `^` stands for a dot in a name, `$provider` is the one that makes it, `$type` what it
 * is; `undefined` takes the field away.
 */
export function changed(subject: Subject, field: string, value: unknown): Subject {
  if (field === '$provider' || field === '$type') return { ...subject, [field.slice(1)]: value as string };
  const inputs = structuredClone(subject.inputs);
  const way = field.split('.').map((part) => part.replaceAll('^', '.'));
  const last = way.pop() as string;
  const holder = way.reduce<Record<string, unknown>>((at, part) => at[part] as Record<string, unknown>, inputs);
  if (value === undefined) delete holder[last];
  else holder[last] = value;
  return { ...subject, inputs };
}

export class Analyzer {
  private readonly child: ChildProcess;
  private readonly client: AnalyzerClient;

  private constructor(child: ChildProcess, client: AnalyzerClient) {
    this.child = child;
    this.client = client;
  }

  static async start(pack: string): Promise<Analyzer> {
    const runner = require.resolve('@pulumi/pulumi/cmd/run-policy-pack');
    // The address of an engine that is never called; the pack says on its output where it listens.
    const child = spawn(process.execPath, [runner, '127.0.0.1:0', pack], {
      cwd: pack,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [port] = (await once(child.stdout, 'data')) as [Buffer];
    const client = new rpc.AnalyzerClient(`127.0.0.1:${String(port).trim()}`, credentials.createInsecure());
    return new Analyzer(child, client);
  }

  stop(): void {
    this.client.close();
    this.child.kill();
  }

  /** One resource, as before it is made. */
  analyze(subject: Subject): Promise<Violation[]> {
    const request = fill(new messages.AnalyzeRequest(), subject);
    return new Promise((done, fail) =>
      this.client.analyze(request, (error, response) => (error ? fail(error) : done(violationsIn(response)))),
    );
  }

  /** All of a stack, as after the program ended. */
  analyzeStack(subjects: readonly Subject[]): Promise<Violation[]> {
    const request = new messages.AnalyzeStackRequest();
    request.setResourcesList(subjects.map(partOf));
    return new Promise((done, fail) =>
      this.client.analyzeStack(request, (error, response) => (error ? fail(error) : done(violationsIn(response)))),
    );
  }
}

/** A stack is asked about again and again with one resource another: the rest is packed once. */
const parts = new WeakMap<Subject, AnalyzerResource>();

function partOf(subject: Subject): AnalyzerResource {
  const part = parts.get(subject) ?? fill(new messages.AnalyzerResource(), subject);
  parts.set(subject, part);
  return part;
}

export const policyPack = join(import.meta.dirname, '../../policy');

function fill<Message extends AnalyzeRequest | AnalyzerResource>(message: Message, subject: Subject): Message {
  message.setType(subject.type);
  message.setName(subject.name);
  message.setUrn(subject.urn);
  message.setProperties(struct.Struct.fromJavaScript(opened(subject.inputs) as never));
  // Without options the SDK takes the CLI for one that is too old.
  message.setOptions(new messages.AnalyzerResourceOptions());
  if (subject.provider !== undefined) message.setProvider(providerOf(subject.type, subject.provider));
  return message;
}

/** Where a program names no provider, the engine takes the default one of the package. */
function providerOf(type: string, reference: string): AnalyzerProviderResource {
  const name = reference.split('::').at(-2) ?? 'default_1_0_0';
  const provider = new messages.AnalyzerProviderResource();
  provider.setType(`pulumi:providers:${type.split(':')[0]}`);
  provider.setName(name);
  provider.setUrn(reference.slice(0, reference.lastIndexOf('::')));
  provider.setProperties(struct.Struct.fromJavaScript({}));
  return provider;
}

const violationsIn = (response: AnalyzeResponse): Violation[] =>
  response.getDiagnosticsList().map((each) => ({
    rule: each.getPolicyname(),
    urn: each.getUrn(),
    message: each.getMessage(),
    isMandatory: each.getEnforcementlevel() === messages.EnforcementLevel.MANDATORY,
  }));
