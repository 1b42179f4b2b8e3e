import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { paths } from '../paths.ts';
import { ProgramError } from '../process.ts';
import { Failure } from '../steps.ts';
import { asFailure } from './failures.ts';
import { readInstalled } from './debian/packages.ts';
import { bootstrapCommand, checkVersions, chooseMirror } from './debian/root-file-systems.ts';
import { buildCommand } from './go-tools.ts';
import { findUser } from './inroot.ts';
import { goToolNames, goTools } from './pins.ts';
import { noGo } from './tools.ts';

const status = [
  'Package: nginx\nStatus: install ok installed\nVersion: 1.30.6-2\n',
  'Package: redis-server\nStatus: install ok installed\nVersion: 5:7.0.15-1\n',
  'Package: old\nStatus: deinstall ok config-files\nVersion: 1.0\n',
].join('\n');

describe('programs from Go modules', () => {
  it.each(goToolNames)('%s has its module and its lock', (name) => {
    expect(existsSync(join(paths.goModules, name, 'go.mod'))).toBe(true);
    const isOwnCode = Object.values(goTools[name].programs).every((program) => program.package === '.');
    expect(isOwnCode || existsSync(join(paths.goModules, name, 'go.sum'))).toBe(true);
  });

  it('are built from the lock alone, with their version in them', () => {
    const command = buildCommand('kubernetes', 'kubelet', '/out/kubelet').join(' ');
    expect(command).toMatch(
      /^go build .*-mod=readonly -gcflags=all=-dwarf=false -tags grpcnotrace .*-o \/out\/kubelet k8s\.io\/kubernetes\/cmd\/kubelet$/,
    );
    expect(command).toContain('-X k8s.io/component-base/version.gitVersion=v1.34.4');
  });

  it('need Go: one message with the remedy', () => {
    expect(noGo(['consul']).message).toMatch(/^Go 1\.26 or newer is not on PATH.*consul\.\n {2}Install Go/);
  });
});

describe('Debian', () => {
  it('knows what is installed', () => {
    expect([...readInstalled(status)]).toEqual([
      ['nginx', '1.30.6-2'],
      ['redis-server', '5:7.0.15-1'],
    ]);
  });

  it('refuses versions that nobody has tried', () => {
    expect(() => checkVersions(status, ['nginx'])).not.toThrow();
    expect(() => checkVersions(status, ['redis-server'])).toThrow(
      'Debian has redis-server 5:7.0.15-1; what works here is >=8 <9.',
    );
    expect(() => checkVersions(status, ['postgresql-18'])).toThrow('(none)');
  });

  it('takes the main archive of the mirror that apt uses', () => {
    const targets = [
      'DEP-11 http://mirror.example/debian/',
      'Packages http://mirror.example/debian-security/',
      'Packages http://mirror.example/debian/',
    ].join('\n');
    expect(chooseMirror(targets)).toBe('http://mirror.example/debian/');
    expect(chooseMirror('Packages http://mirror.example/ubuntu/')).toBeUndefined();
  });

  it('checks signatures while it makes a root file system', () => {
    const command = bootstrapCommand('base', '/target', 'http://mirror.example/debian/');
    expect(command.some((option) => option.startsWith('--keyring='))).toBe(true);
    expect(command.join(' ')).not.toMatch(/allow-insecure|trusted=yes|AllowUnauthenticated/i);
  });

  it('finds a user by the root file system, not by the host', () => {
    const passwd = 'root:x:0:0::/root:/bin/bash\npostgres:x:102:103::/var/lib/postgresql:/bin/bash\n';
    expect(findUser(passwd, 'postgres')).toEqual({ uid: 102, gid: 103 });
    expect(() => findUser(passwd, 'redis')).toThrow('no user redis');
  });
});

describe('a build that fails', () => {
  it.each([
    ['dial tcp: lookup proxy on 10.0.0.1:53: no such host', 'could not be reached', 'Check the network'],
    ['verifying module: checksum mismatch', 'is not what is pinned', 'Find out what stands between'],
    ['compile: signal: killed', 'memory did not suffice', 'Close what else runs'],
    ['main.go:3:1: syntax error', 'ends with the lines below', 'syntax error'],
  ])('%s', (output, why, remedy) => {
    const failure = asFailure('consul could not be built', new ProgramError(['go', 'build'], 1, output)) as Failure;
    expect(failure).toBeInstanceOf(Failure);
    expect(failure.what).toContain(why);
    expect(failure.remedy).toContain(remedy);
  });

  it('leaves a bug a bug', () => {
    const bug = new TypeError('x');
    expect(asFailure('consul', bug)).toBe(bug);
  });
});
