import type { Expression, PathExpression } from '../../../../workflow/expressions/syntax.ts';
import { filters } from '../../../../workflow/expressions/filters.ts';
import { operandsOf, partsIn } from '../../../../workflow/expressions/walk.ts';
import type { Json, JsonPath } from '../../../../workflow/json.ts';
import type { JsonTypeName } from '../../../../workflow/jsonSchema.ts';
import type { WorkflowFile } from '../../../../workflow/types.ts';
import { filledIn } from '../../../../workflow/validate/expressionContext.ts';
import { handleOfPath } from '../../plan/variables.ts';
import { withValueAt } from './trial.ts';

/** A place that expressions of a workflow read inside a value of unknown shape, and what they take it for. */
interface Read {
  readonly path: JsonPath;
  readonly type: JsonTypeName | undefined;
}

/**
 * The simplest values that have everything that the workflow's expressions read of them, by what they start with:
 * `nodes.ID.HANDLE`, further keys included. For values that no schema describes.
 */
export class ReadShapes {
  readonly #file: WorkflowFile;
  #noted: Map<string, Read[]> | undefined;

  constructor(file: WorkflowFile) {
    this.#file = file;
  }

  /** What is read, by node and handle; looked for when it is first asked for. */
  get #reads(): Map<string, Read[]> {
    if (this.#noted !== undefined) return this.#noted;
    this.#noted = new Map();
    for (const node of this.#file.nodes) {
      for (const { template } of filledIn(node)) {
        for (const { part, guarded } of partsIn(template)) {
          // Nobody wants to see a long list for the sake of an item that a `default(…)` makes up for.
          if (!guarded || !isFarInside(part)) this.#note(part);
        }
      }
    }
    return this.#noted;
  }

  /** A value for what is at `nodes.NODE.HANDLE` and the further keys; `text` where nothing more is read of it. */
  of(node: string, handle: string, keys: JsonPath, text: string): Json {
    const reads = (this.#reads.get(`${node} ${handle}`) ?? []).filter(({ path }) =>
      keys.every((key, index) => path[index] === key),
    );
    // What says more comes last: longer paths, because what is read inside a value makes it an object, and types.
    const ordered = reads.toSorted(
      (a, b) => a.path.length - b.path.length || Number(a.type !== undefined) - Number(b.type !== undefined),
    );
    return ordered.reduce<Json>((value, { path, type }) => {
      const inner = path.slice(keys.length);
      const key = inner.findLast((each) => typeof each === 'string');
      const leaf = sampleFor(type, key === undefined ? text : `${key} of ${node}`);
      return withValueAt(value, inner, leaf) ?? value;
    }, text);
  }

  #note(part: Expression): void {
    if (part.kind === 'path') this.#add(part, undefined);
    if (part.kind === 'filter' && part.name !== 'default' && part.subject.kind === 'path') {
      const isNumeric = part.name === 'int' || part.name === 'float';
      this.#add(part.subject, isNumeric ? 'number' : filters[part.name].takes[0]);
    }
    if (part.kind === 'arithmetic' || part.kind === 'negative') {
      for (const operand of operandsOf(part)) if (operand.kind === 'path') this.#add(operand, 'number');
    }
    if (part.kind === 'membership' && part.right.kind === 'path') this.#add(part.right, 'array');
    if (part.kind === 'each' && part.list.kind === 'path') this.#add(part.list, 'array');
    if (part.kind === 'comparison') {
      for (const [side, other] of [
        [part.left, part.right],
        [part.right, part.left],
      ] as const) {
        if (side.kind === 'path' && other.kind === 'literal') this.#add(side, typeOf(other.value));
      }
    }
  }

  #add(path: PathExpression, type: JsonTypeName | undefined): void {
    const read = handleOfPath(path);
    if (read === undefined) return;
    const key = `${read.node} ${read.handle}`;
    const keys = path.segments.slice(2).map((segment) => segment.key);
    this.#reads.set(key, [...(this.#reads.get(key) ?? []), { path: keys, type }]);
  }
}

function isFarInside(part: Expression): boolean {
  return part.kind === 'path' && part.segments.some(({ key }) => typeof key === 'number' && key > 0);
}

function typeOf(value: string | number | boolean | null): JsonTypeName | undefined {
  if (value === null) return undefined;
  return typeof value as 'string' | 'number' | 'boolean';
}

function sampleFor(type: JsonTypeName | undefined, text: string): Json {
  switch (type) {
    case 'number':
    case 'integer':
      return 1;
    case 'boolean':
      return true;
    case 'array':
      return [text];
    case 'object':
    case 'null':
    case 'string':
    case undefined:
      return text;
  }
}
