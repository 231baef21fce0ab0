import type { WorkflowFile, WorkflowNode } from './types.ts';

/** What of a workflow file counts: all but its disabled nodes and their edges. */
export interface EnabledPart {
  readonly file: WorkflowFile;
  readonly disabled: readonly WorkflowNode[];
  /** Where its nodes and edges stand in the file; undefined when nothing is disabled. */
  readonly places: Places | undefined;
}

/** The places in a file of what was taken out of it, in the order that it has then. */
export interface Places {
  /** Behind those of the enabled nodes, those of the disabled ones. */
  readonly nodes: readonly number[];
  readonly edges: readonly number[];
}

export function enabledPart(whole: WorkflowFile): EnabledPart {
  const disabled = whole.nodes.filter(isDisabled);
  if (disabled.length === 0) return { file: whole, disabled, places: undefined };
  const nodes = placesWhere(whole.nodes, (node) => !isDisabled(node));
  const enabled = nodes.flatMap((place) => whole.nodes[place] ?? []);
  const ids = new Set(enabled.map(({ id }) => id));
  const gone = new Set(disabled.flatMap(({ id }) => (ids.has(id) ? [] : [id])));
  const edges = placesWhere(whole.edges, ({ source, target }) => !gone.has(source) && !gone.has(target));
  return {
    file: { ...whole, nodes: enabled, edges: edges.flatMap((place) => whole.edges[place] ?? []) },
    disabled,
    places: { nodes: [...nodes, ...placesWhere(whole.nodes, isDisabled)], edges },
  };
}

function isDisabled(node: WorkflowNode): boolean {
  return node.disabled === true;
}

function placesWhere<Item>(items: readonly Item[], holds: (item: Item) => boolean): readonly number[] {
  return items.flatMap((item, place) => (holds(item) ? [place] : []));
}
