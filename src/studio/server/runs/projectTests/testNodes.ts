import { nodeNamesIn } from '../../../../core/workflow/edits/nodeNames.ts';
import { readDrawing } from '../../../../core/workflow/edits/index.ts';
import type { CheckedWorkflow, Json } from '../../../../core/workflow/index.ts';
import { keyOfStep } from '../../../../core/workflow/jsonPointer.ts';

/** The nodes that a test is about, by the names in its own: those that it says in backticks, and words that are a node's id. */
export function nodesNamed({ graph }: CheckedWorkflow, name: string, about: string): readonly string[] {
  const quoted = new Set(inBackticks(about));
  const words = `_${name.split('::').at(-1) ?? ''}_`.toLowerCase();
  return [...graph.nodes.keys()].filter(
    (id) => quoted.has(id) || words.includes(`_${id.replaceAll(/\W+/g, '_').toLowerCase()}_`),
  );
}

/**
 * The nodes that a failure is about: those that its first line says in backticks, as ids or paths. A JSON pointer there leads into
 * the output of the workflow: to the response that gives it, and to the nodes whose values it reads there.
 */
export function nodesFailing({ graph, text }: CheckedWorkflow, message: string): readonly string[] {
  const [line = ''] = message.split('\n', 1);
  return inBackticks(line).flatMap((quoted) => {
    const [first = '', ...keys] = quoted.split('/').map(keyOfStep);
    if (first !== '') return graph.nodes.has(first) ? [first] : [];
    if (keys.shift() !== 'output') return [];
    const nodes = readDrawing(text)?.nodes.filter(({ known, disabled }) => known === 'response' && !disabled) ?? [];
    const given = nodes.map(({ id, config }) => ({ id, ...followed(config['output'] ?? null, keys) }));
    const deepest = Math.max(...given.map(({ depth }) => depth));
    return given
      .filter(({ depth }) => depth === deepest)
      .flatMap(({ id, value }) => [
        id,
        ...(typeof value === 'string' ? nodeNamesIn(value).map((name) => name.id) : []),
      ]);
  });
}

/** How far keys lead into a value, and what is there; an expression on the way stands for all that is in it. */
function followed(value: Json, [key, ...others]: readonly string[], depth = 0): { depth: number; value: Json } {
  if (key === undefined || typeof value !== 'object' || value === null) return { depth, value };
  const inner = Object.hasOwn(value, key) ? (value as Readonly<Record<string, Json>>)[key] : undefined;
  return inner === undefined ? { depth, value } : followed(inner, others, depth + 1);
}

function inBackticks(text: string): readonly string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, quoted = '']) => quoted);
}
