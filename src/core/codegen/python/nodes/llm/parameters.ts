import { Template, type TemplateJson } from '../../../../workflow/expressions/syntax.ts';
import type { Json } from '../../../../workflow/json.ts';
import type { NodeScope } from '../../NodeCodeGenerator.ts';
import * as py from '../../syntax/build.ts';
import type { DictEntry, Expr } from '../../syntax/tree.ts';

/** The parameters of a request, sorted by whether they are the same in every run. */
export class Parameters {
  readonly constant: DictEntry[] = [];
  readonly dynamic: DictEntry[] = [];
  readonly #scope: NodeScope;

  constructor(scope: NodeScope) {
    this.#scope = scope;
  }

  /** Adds a parameter under its wire name; one that is not set is left to the API. */
  add(name: string, value: Template | Json | undefined): void {
    if (value === undefined) return;
    if (!(value instanceof Template)) this.addExpr(name, py.literal(value));
    else if (value.constant === undefined) this.addExpr(name, this.#scope.value(value));
    else this.addExpr(name, py.literal(value.constant));
  }

  /** Adds a parameter that is JSON with expressions in it. */
  addJson(name: string, value: TemplateJson | undefined): void {
    if (value !== undefined) this.addExpr(name, this.#scope.json(value));
  }

  addExpr(name: string, value: Expr): void {
    this.#add(py.entry(name, value));
  }

  /** Whether nothing of them is worked out in a run. */
  get isConstant(): boolean {
    return this.dynamic.length === 0;
  }

  get entries(): readonly DictEntry[] {
    return [...this.constant, ...this.dynamic];
  }

  /** Those of several requests that all of them have, and what is left of each. */
  static shared(scope: NodeScope, all: readonly Parameters[]): { shared: Parameters; own: readonly Parameters[] } {
    const [first, ...others] = all.map(({ entries }) => new Map(entries.map((each) => [JSON.stringify(each), each])));
    const common = [...(first ?? [])].filter(([text]) => others.every((other) => other.has(text)));
    const texts = new Set(common.map(([text]) => text));
    const of = (entries: readonly DictEntry[]): Parameters => {
      const parameters = new Parameters(scope);
      for (const each of entries) parameters.#add(each);
      return parameters;
    };
    return {
      shared: of(common.map(([, each]) => each)),
      own: all.map(({ entries }) => of(entries.filter((each) => !texts.has(JSON.stringify(each))))),
    };
  }

  #add(entry: DictEntry): void {
    ('value' in entry && isConstant(entry.value) ? this.constant : this.dynamic).push(entry);
  }

  /** The request: a constant called after `hint`, what is built per run, or both in one. */
  request(hint: string, type: Expr): Expr {
    if (this.constant.length === 0) return py.dict(this.dynamic);
    const same = this.#scope.constant(hint, type, py.dict(this.constant));
    return this.dynamic.length === 0 ? same : py.dict([py.spread(same), ...this.dynamic]);
  }
}

/** The same in every run: literals, constants of the module, and lists and dicts of such. */
function isConstant(value: Expr): boolean {
  switch (value.kind) {
    case 'literal':
      return true;
    case 'name':
      return value.module === undefined && value.name === value.name.toUpperCase();
    case 'list':
      return value.items.every(isConstant);
    case 'dict':
      return value.entries.every((entry) => 'key' in entry && isConstant(entry.value));
    default:
      return false;
  }
}
