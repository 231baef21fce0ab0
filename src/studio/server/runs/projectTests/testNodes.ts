import type { CheckedWorkflow } from '../../../../core/workflow/index.ts';

/** The nodes that a test is about, by the names in its own: those that it says in backticks, and words that are a node's id. */
export function nodesNamed({ graph }: CheckedWorkflow, name: string, about: string): readonly string[] {
  const quoted = new Set([...about.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word));
  const words = `_${name.split('::').at(-1) ?? ''}_`.toLowerCase();
  return [...graph.nodes.keys()].filter(
    (id) => quoted.has(id) || words.includes(`_${id.replaceAll(/\W+/g, '_').toLowerCase()}_`),
  );
}
