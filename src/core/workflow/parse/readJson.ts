import { parseTree, type Node } from 'jsonc-parser';

import type { Reporter } from '../diagnostics/report.ts';
import type { Json } from '../json.ts';
import { withoutBom } from '../source/SourceDocument.ts';
import { reportEntries } from './jsonEntries.ts';
import { reportSyntax } from './jsonSyntax.ts';
import { nestingLimit, nestingProblem } from './nesting.ts';
import { readSoundJson, type JsonRead } from './soundJson.ts';

/** In UTF-16 code units. */
export const sizeLimit = 5_000_000;

/**
 * Reads strict JSON and reports what is wrong with it, at its place.
 * @returns the value, or undefined when there is none that could be looked at further
 */
export function readJson(reporter: Reporter): JsonRead | undefined {
  const { text } = reporter.source;
  if (text.length > sizeLimit) {
    const range = reporter.source.range(0, 1);
    reporter.report('file-too-large', { length: text.length, limit: sizeLimit }, { path: [], at: { range } });
    return undefined;
  }
  const json = withoutBom(text);
  return readSoundJson(json) ?? readWithPositions(reporter, json);
}

/** Reads JSON in which something is wrong, or might be. */
function readWithPositions(reporter: Reporter, json: string): JsonRead | undefined {
  const tooDeep = nestingProblem(json);
  if (tooDeep !== undefined) {
    const range = reporter.source.range(tooDeep, tooDeep + 1);
    reporter.report('nested-too-deep', { limit: nestingLimit }, { path: [], at: { range } });
    return undefined;
  }
  const tree = parseTree(json);
  const isSound = reportSyntax(reporter, json);
  if (tree === undefined || !isSound) return undefined;
  const before = reporter.diagnostics.length;
  reportEntries(reporter, tree, []);
  // Values with such keys or numbers are not looked at further; what is said of them would only confuse.
  const isLeft = reporter.diagnostics
    .slice(before)
    .some(({ code }) => code === 'forbidden-key' || code === 'inexact-number');
  return isLeft ? undefined : { value: valueOf(tree) };
}

/** Of a key that is there twice, the last value counts, as in `JSON.parse`. */
function valueOf(node: Node): Json {
  if (node.type === 'array') return (node.children ?? []).map(valueOf);
  if (node.type !== 'object') return node.value as Json;
  const entries = (node.children ?? []).flatMap(({ children }) => {
    const [key, value] = children ?? [];
    return key === undefined || value === undefined ? [] : [[key.value as string, valueOf(value)] as const];
  });
  return Object.fromEntries(entries);
}
