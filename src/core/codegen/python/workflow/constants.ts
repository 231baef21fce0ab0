import * as py from '../syntax/build.ts';
import type { Expr, Stmt } from '../syntax/tree.ts';
import type { WorkflowNames } from './names.ts';

interface Constant {
  readonly hint: string;
  readonly name: Expr;
  /** Its place among the statements. */
  readonly index: number;
  value: Expr;
  /** How often it was asked for. */
  uses: number;
}

/** The constants at the top of a module; the same constant asked for again is the same name. */
export class ModuleConstants {
  readonly statements: Stmt[] = [];
  readonly #names: WorkflowNames;
  /** By hint; mostly one. */
  readonly #known = new Map<string, Constant[]>();
  /** What each node asked for, in order. */
  readonly #asked = new Map<string, Constant[]>();
  /** While nodes are written anew: how much of what they asked for before they have asked for again. */
  #again: Map<string, number> | undefined;
  #isChanged = false;

  constructor(names: WorkflowNames) {
    this.#names = names;
  }

  constant(node: string, hint: string, annotation: Expr | undefined, value: Expr): Expr {
    if (this.#again !== undefined) return this.#askedAgain(this.#again, node, hint, annotation, value);
    const alike = this.#known.get(hint) ?? [];
    let constant = alike.length === 0 ? undefined : alike.find((each) => isSame(each.value, value));
    if (constant === undefined) {
      constant = { hint, name: py.name(this.#names.constant(hint)), index: this.statements.length, value, uses: 0 };
      alike.push(constant);
      this.#known.set(hint, alike);
      this.statements.push(assignment(constant.name, annotation, value));
    }
    constant.uses += 1;
    const asked = this.#asked.get(node);
    if (asked === undefined) this.#asked.set(node, [constant]);
    else asked.push(constant);
    return constant.name;
  }

  /**
   * Lets nodes be written again. A constant that only one of them uses may have another value.
   * @returns false when the constants would be others had all nodes been written anew
   */
  rewrite(write: () => void): boolean {
    const again = new Map<string, number>();
    this.#again = again;
    write();
    this.#again = undefined;
    return !this.#isChanged && [...again].every(([node, count]) => count === this.#asked.get(node)?.length);
  }

  #askedAgain(again: Map<string, number>, node: string, hint: string, annotation: Expr | undefined, value: Expr): Expr {
    const count = again.get(node) ?? 0;
    again.set(node, count + 1);
    const constant = this.#asked.get(node)?.[count];
    if (constant === undefined || constant.hint !== hint) {
      this.#isChanged = true;
      return value;
    }
    if (isSame(constant.value, value)) return constant.name;
    if (constant.uses > 1 || this.#known.get(hint)?.length !== 1) this.#isChanged = true;
    constant.value = value;
    this.statements[constant.index] = assignment(constant.name, annotation, value);
    return constant.name;
  }
}

function assignment(name: Expr, annotation: Expr | undefined, value: Expr): Stmt {
  return py.assign(name, value, annotation && { annotation });
}

function isSame(one: Expr, other: Expr): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
