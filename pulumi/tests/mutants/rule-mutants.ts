/**
 * The rules of the policy pack with one of their conditions taken away at a time. A condition that may go without anybody noticing is
 * one that no mutation of a resource, and no lawful resource, shows.
 *
 * Stryker would run the whole suite once for every mutant; here all mutants are compiled in once and switched on in turn.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { compileFunction } from 'node:vm';
import type { Policies } from '@pulumi/policy';
import ts from 'typescript';
import { type Switches, withSwitches } from './rule-switches.ts';

export type Mutant = { id: number; file: string; line: number; what: string };

type Compiled = (exports: object, require: (name: string) => unknown, switches: Switches) => void;

const isPolicies = (value: unknown): value is Policies => Array.isArray(value);

export class MutableRules {
  readonly mutants: Mutant[] = [];
  private readonly compiled = new Map<string, Compiled>();
  private readonly pack: string;
  private ids = 0;

  constructor(pack: string) {
    this.pack = pack;
    this.rulesWith(undefined);
  }

  /** The rules that a mutant can change: those of its file, or all where its file has none. Without a mutant all as they are. */
  rulesWith(mutant: Mutant | undefined): Policies {
    const modules = new Map<string, object>();
    const switches = switchesFor(mutant?.id ?? -1);
    const all = this.load(join(this.pack, 'rules.ts'), modules, switches) as { policies: Policies };
    const own = mutant && Object.values(modules.get(mutant.file) ?? {}).find(isPolicies);
    return own ?? all.policies;
  }

  /** Anew for every mutant: a list at the top of a file is made only once. */
  private load(file: string, modules: Map<string, object>, switches: Switches): object {
    const loaded = modules.get(file);
    if (loaded) return loaded;
    const exports = {};
    modules.set(file, exports);
    const native = createRequire(file);
    const require = (name: string): unknown => {
      const isRules = name.startsWith('./') && !name.endsWith('/rule.ts');
      return isRules ? this.load(join(dirname(file), name), modules, switches) : native(name);
    };
    const run = this.compiled.get(file) ?? this.compile(file);
    this.compiled.set(file, run);
    run(exports, require, switches);
    return exports;
  }

  private compile(file: string): Compiled {
    const register = (line: number, whats: readonly (string | undefined)[]): number => {
      const first = this.ids;
      this.ids += whats.length;
      for (const [index, what] of whats.entries())
        if (what !== undefined) this.mutants.push({ id: first + index, file, line, what });
      return first;
    };
    const { outputText } = ts.transpileModule(readFileSync(file, 'utf8'), {
      fileName: file,
      compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ESNext },
      transformers: { before: [withSwitches(register)] },
    });
    return compileFunction(outputText, ['exports', 'require', '$'], { filename: file }) as Compiled;
  }
}

/** What the compiled rules call where they decide: as they are written, but for the one that is on. */
function switchesFor(active: number): Switches {
  const at = (id: number): number => active - id;
  return {
    pick(id, operator, left, right) {
      if (at(id) === 0) return right();
      const value = left();
      if (at(id) === 1) return value;
      const isDecided = { '&&': !value, '||': Boolean(value), '??': value !== null && value !== undefined }[operator];
      return isDecided ? value : right();
    },
    decide: (id, condition) => (at(id) === 0 ? true : at(id) === 1 ? false : condition()),
    list: (id, items) => items.filter((_, index) => index !== at(id)),
    table: (id, fields) => Object.fromEntries(Object.entries(fields).filter((_, index) => index !== at(id))),
    quantify: (id, method, items, holds) => items[(at(id) === 0) === (method === 'every') ? 'some' : 'every'](holds),
    compare(id, operator, left, right) {
      const isEqual = left === right && operator.endsWith('=') !== (at(id) === 0);
      return isEqual || (operator.startsWith('<') ? left < right : left > right);
    },
  };
}
