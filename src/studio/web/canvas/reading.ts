import { nodeNamesIn } from '../../../core/workflow/edits/nodeNames.ts';
import type { Drawing, DrawnNode } from '../../../core/workflow/edits/index.ts';
import { textsIn } from './configTexts.ts';

/** The nodes that the expressions of a node name. */
function namedBy({ config }: DrawnNode): ReadonlySet<string> {
  return new Set(textsIn(config).flatMap((text) => nodeNamesIn(text).map(({ id }) => id)));
}

/** Whose values a node reads, and who reads its values. */
export interface Reading {
  readonly reads: ReadonlySet<string>;
  readonly readers: ReadonlySet<string>;
}

export function readingOf({ nodes }: Pick<Drawing, 'nodes'>, ids: ReadonlySet<string>): Reading {
  const chosen = nodes.filter(({ id }) => ids.has(id));
  // An input is read as `input`, without the trigger's name.
  return {
    reads: new Set(chosen.flatMap((node) => [...namedBy(node)])),
    readers: new Set(nodes.flatMap((node) => ([...namedBy(node)].some((id) => ids.has(id)) ? [node.id] : []))),
  };
}
