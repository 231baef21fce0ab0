import type { Json } from '../json.ts';
import { listAt } from './drawing.ts';
import { EditedFile } from './editedFile.ts';
import { placesOf } from './places.ts';

/** What is copied, as text for the clipboard. */
export interface Clipping {
  readonly catalyst: 1;
  readonly nodes: readonly Json[];
  /** Those between the nodes, and those that lead from elsewhere to them or away. */
  readonly edges: readonly Json[];
  readonly notes: readonly Json[];
}

/** JSON with nodes, notes, and the edges that touch these nodes; empty lists when the text cannot be read. */
export function copyItems(text: string, ids: Iterable<string>): string {
  const file = EditedFile.open(text);
  return `${JSON.stringify(file instanceof EditedFile ? clippingOf(file, new Set(ids)) : empty, null, 2)}\n`;
}

const empty: Clipping = { catalyst: 1, nodes: [], edges: [], notes: [] };

export function clippingOf(file: EditedFile, ids: ReadonlySet<string>): Clipping {
  const chosen = placesOf(file, ids);
  const inList = (list: 'nodes' | 'notes'): readonly Json[] =>
    chosen.flatMap(({ path: [own, index] }) => (own === list ? (listAt(file.value, list)[index] ?? []) : []));
  const nodeIds = new Set(chosen.flatMap(({ id, path }) => (path[0] === 'nodes' ? [id] : [])));
  const edges = file.drawing.edges.flatMap(({ index, wire }) =>
    nodeIds.has(wire.source) || nodeIds.has(wire.target) ? (listAt(file.value, 'edges')[index] ?? []) : [],
  );
  return { catalyst: 1, nodes: inList('nodes'), edges, notes: inList('notes') };
}
