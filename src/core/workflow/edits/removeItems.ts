import type { Node } from 'jsonc-parser';

import { counted } from '../diagnostics/entry.ts';
import type { TextEdit } from '../source/range.ts';
import { EditedFile, idOrCount } from './editedFile.ts';
import { removeEntries } from './entryEdits.ts';
import { propertyOf } from './jsonTree.ts';
import { placesOf } from './places.ts';
import type { EditResult } from './result.ts';

export interface Removal {
  readonly nodes?: Iterable<string>;
  readonly notes?: Iterable<string>;
  /** Indexes of the file's edges. */
  readonly edges?: Iterable<number>;
}

/** Removes nodes with their edges, notes, and edges. Groups forget nodes that are gone. */
export function removeItems(text: string, removal: Removal): EditResult {
  const file = EditedFile.open(text);
  if (!(file instanceof EditedFile)) return file;
  const ids = { nodes: new Set(removal.nodes), notes: new Set(removal.notes) };
  const gone = placesOf(file, new Set([...ids.nodes, ...ids.notes])).filter(({ id, path }) => ids[path[0]].has(id));
  const goneNodes = new Set(gone.flatMap(({ id, path }) => (path[0] === 'nodes' ? [id] : [])));
  const wanted = new Set(removal.edges);
  const edges = file.drawing.edges.filter(
    ({ index, wire }) => wanted.has(index) || goneNodes.has(wire.source) || goneNodes.has(wire.target),
  );
  const removed = new Set([
    ...gone.map(({ node }) => node),
    ...edges.flatMap(({ index }) => file.at(['edges', index]) ?? []),
  ]);
  const edits = (['nodes', 'edges', 'notes'] as const).flatMap((list) => {
    const array = file.at([list]);
    return array === undefined ? [] : removeEntries(array, removed);
  });
  const title = `Remove ${titleOf(goneNodes, gone.length - goneNodes.size, edges.length)}`;
  return file.edited([...edits, ...forgetMembers(file, goneNodes, removed)], title);
}

function titleOf(nodes: ReadonlySet<string>, notes: number, edges: number): string {
  if (nodes.size > 0) return notes > 0 ? counted(nodes.size + notes, 'item') : idOrCount([...nodes], 'node');
  return notes > 0 ? counted(notes, 'note') : counted(edges, 'edge');
}

/** The edits by which the groups that stay forget nodes. */
function forgetMembers(file: EditedFile, ids: ReadonlySet<string>, removed: ReadonlySet<Node>): readonly TextEdit[] {
  return (file.at(['notes'])?.children ?? []).flatMap((note) => {
    const members = propertyOf(note, 'nodes')?.value;
    if (members?.type !== 'array' || removed.has(note)) return [];
    return removeEntries(members, new Set((members.children ?? []).filter(({ value }) => ids.has(String(value)))));
  });
}
