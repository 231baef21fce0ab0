import { lineWidth } from './measure.ts';
import { isModulePath } from './names.ts';
import { standardModules } from './standardModules.ts';
import type { Expr, Identifier } from './tree.ts';

const firstParty = new Set(['app', 'tests']);

/** The imports that the names of a module ask for. */
export class Imports {
  /** Names by the module they come from; `undefined`: the module itself. */
  readonly #names = new Map<string, Set<Identifier | undefined>>();
  readonly #sources = new Map<string, Expr & { kind: 'name' }>();

  /** Notes a use of a name. Throws when the module path is invalid, or another module gave that name. */
  use(name: Expr & { kind: 'name' }): void {
    if (name.module === undefined) return;
    const known = this.#sources.get(name.name);
    if (known === name || (known?.module === name.module && known.whole === name.whole)) return;
    if (!isModulePath(name.module)) throw new Error(`Not a Python module path: ${JSON.stringify(name.module)}`);
    if (known !== undefined)
      throw new Error(`${name.name} would be imported twice: ${sourceOf(known)}, ${sourceOf(name)}`);
    this.#sources.set(name.name, name);
    const names = this.#names.get(name.module) ?? new Set();
    names.add(name.whole ? undefined : name.name);
    this.#names.set(name.module, names);
  }

  /**
   * The import statements as ruff's isort rules (`I`) order them, an empty line between the sections; no lines when
   * nothing is imported.
   */
  lines(): readonly string[] {
    const modules = [...this.#names.keys()].toSorted(natural);
    const sections = [0, 1, 2, 3].map((section) => {
      const own = modules.filter((module) => sectionOf(module) === section);
      const whole = own.filter((module) => this.#names.get(module)?.has(undefined)).map((module) => `import ${module}`);
      return [...whole, ...own.flatMap((module) => this.#fromLines(module))];
    });
    return sections
      .filter((section) => section.length > 0)
      .flatMap((section, index) => (index > 0 ? ['', ...section] : section));
  }

  #fromLines(module: string): readonly string[] {
    const names = [...(this.#names.get(module) ?? [])].filter((name) => name !== undefined).toSorted(byType);
    if (names.length === 0) return [];
    const line = `from ${module} import ${names.join(', ')}`;
    if (line.length <= lineWidth) return [line];
    return [`from ${module} import (`, ...names.map((name) => `    ${name},`), ')'];
  }
}

function sourceOf({ module, whole }: Expr & { kind: 'name' }): string {
  return `${whole ? 'import' : 'from'} ${module}`;
}

function sectionOf(module: string): 0 | 1 | 2 | 3 {
  const [top = ''] = module.split('.');
  if (top === '__future__') return 0;
  if (standardModules.has(top)) return 1;
  return firstParty.has(top) ? 3 : 2;
}

/** isort's `order-by-type`: constants, classes, then the rest. */
function byType(left: string, right: string): number {
  return typeRank(left) - typeRank(right) || natural(left, right);
}

function typeRank(name: string): number {
  if (name.length > 1 && name === name.toUpperCase() && name !== name.toLowerCase()) return 0;
  return /^[A-Z]/.test(name) ? 1 : 2;
}

/** By letters without case, numbers in names by their value, and by case where that is all that differs. */
function natural(left: string, right: string): number {
  const leftParts = left.toLowerCase().match(/[0-9]+|[^0-9]+/g) ?? [];
  const rightParts = right.toLowerCase().match(/[0-9]+|[^0-9]+/g) ?? [];
  for (let index = 0; index < Math.min(leftParts.length, rightParts.length); index += 1) {
    const [one = '', other = ''] = [leftParts[index], rightParts[index]];
    const numbers = /^[0-9]/.test(one) && /^[0-9]/.test(other);
    const order = numbers ? Number(one) - Number(other) : compareText(one, other);
    if (order !== 0) return order;
  }
  return leftParts.length - rightParts.length || compareText(left, right);
}

const compareText = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);
