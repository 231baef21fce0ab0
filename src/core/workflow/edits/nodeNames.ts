import type * as z from 'zod';

import { Scanner, type Token } from '../expressions/scanner.ts';
import type { Span } from '../expressions/syntax.ts';
import { templatesIn } from '../expressions/templateSchema.ts';
import type { Json, JsonPath } from '../json.ts';
import type { NodeDefinition } from '../nodes/definition.ts';
import { registry } from '../nodes/registry.ts';
import { stepSchema } from '../nodes/stepOptions.ts';
import { applyEdits, type TextEdit } from '../source/range.ts';
import type { DrawnNode } from './drawing.ts';

/** Where an expression names a node. */
interface NodeName {
  readonly id: string;
  /** The name itself, or the text in brackets with its quotes. */
  readonly span: Span;
  /** Where the dot before it stands; undefined for one in brackets. */
  readonly dot: number | undefined;
}

/** Names that can follow a dot; others that are ids stand in brackets. */
const dottable = /^[A-Za-z][A-Za-z0-9_]*(?:-[A-Za-z0-9_]+)*$/;

/** The edits of a config string that let its expressions name nodes by their new ids. */
export function renamingEdits(text: string, newIds: ReadonlyMap<string, string>): readonly TextEdit[] {
  return nodeNamesIn(text).flatMap(({ id, span, dot }) => {
    const newId = newIds.get(id);
    if (newId === undefined || newId === id) return [];
    if (dot === undefined) return [{ start: span.start + 1, end: span.end - 1, text: newId }];
    return [dottable.test(newId) ? { ...span, text: newId } : { start: dot, end: span.end, text: `['${newId}']` }];
  });
}

/** The config and the step options of a node, in which expressions name nodes by their new ids. */
export function withNewIds(
  node: FilledNode,
  newIds: ReadonlyMap<string, string>,
): { readonly config: Json; readonly step?: Json } {
  const paths = new Set(templatePaths(node).map((path) => JSON.stringify(path)));
  const visit = (value: Json, path: JsonPath): Json => {
    if (typeof value === 'string')
      return paths.has(JSON.stringify(path)) ? applyEdits(value, renamingEdits(value, newIds)) : value;
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map((item, index) => visit(item as Json, [...path, index]));
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, visit(item, [...path, key])]));
  };
  return {
    config: visit(node.config, ['config']),
    ...(node.step !== undefined && { step: visit(node.step, ['step']) }),
  };
}

type FilledNode = Pick<DrawnNode, 'known' | 'config' | 'step'>;

/** The strings of a node that hold expressions, or in what has not the right form, all that might. */
export function templatePaths({ known, config, step }: FilledNode): readonly JsonPath[] {
  const schema = known === undefined ? undefined : (registry[known] as NodeDefinition).configSchema;
  return [
    ...pathsIn(config, schema).map((path) => ['config', ...path]),
    ...(step === undefined ? [] : pathsIn(step, stepSchema).map((path) => ['step', ...path])),
  ];
}

function pathsIn(value: Json, schema: z.ZodType | undefined): readonly JsonPath[] {
  const parsed = schema?.safeParse(value);
  return parsed?.success === true ? templatesIn(parsed.data).map(({ path }) => path) : stringPaths(value);
}

function stringPaths(config: Json): readonly JsonPath[] {
  const found: JsonPath[] = [];
  const visit = (value: Json, path: JsonPath): void => {
    if (typeof value === 'string') found.push(path);
    if (typeof value !== 'object' || value === null) return;
    if (Array.isArray(value)) value.forEach((item, index) => visit(item as Json, [...path, index]));
    else for (const [key, item] of Object.entries(value)) visit(item, [...path, key]);
  };
  visit(config, []);
  return found;
}

/** Where the expressions of a text name nodes. */
export function nodeNamesIn(text: string): readonly NodeName[] {
  const found: NodeName[] = [];
  for (let open = text.indexOf('{{'); open >= 0;) {
    const end = readExpression(text, open + 2, found);
    open = text.indexOf('{{', end);
  }
  return found;
}

/** Looks at the tokens, not at the syntax tree: what is half typed names nodes as well. @returns the end of the expression */
function readExpression(text: string, start: number, found: NodeName[]): number {
  const scanner = new Scanner(text, start);
  let before: Token | undefined;
  let token = scanner.next();
  while (token.kind !== 'close' && token.kind !== 'end') {
    const isRoot = token.kind === 'name' && token.text === 'nodes' && !isSymbol(before, '.');
    before = token;
    token = scanner.next(isSymbol(token, '.'));
    if (!isRoot) continue;
    const opening = token;
    if (!isSymbol(opening, '.') && !isSymbol(opening, '[')) continue;
    const isDotted = isSymbol(opening, '.');
    before = opening;
    token = scanner.next(isDotted);
    if (isDotted && token.kind === 'name') found.push({ id: token.text, span: token.span, dot: opening.span.start });
    if (!isDotted && token.kind === 'string') found.push({ id: token.value, span: token.span, dot: undefined });
  }
  return token.span.end;
}

function isSymbol(token: Token | undefined, symbol: '.' | '['): boolean {
  return token?.kind === 'symbol' && token.text === symbol;
}
