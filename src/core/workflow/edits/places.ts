import type { Node } from 'jsonc-parser';

import type { EditedFile } from './editedFile.ts';

/** A node or a note of the drawing, and the object of the text that it is. */
export interface Place {
  readonly id: string;
  readonly path: readonly ['nodes' | 'notes', number];
  readonly node: Node;
}

/** The nodes and notes of a file that are asked for by their ids, in its order; ids that are not there are passed over. */
export function placesOf(file: EditedFile, ids: Pick<ReadonlySet<string>, 'has'>): readonly Place[] {
  const { nodes, notes } = file.drawing;
  return [
    ...nodes.flatMap(({ id, index }) => (ids.has(id) ? placeAt(file, id, ['nodes', index]) : [])),
    ...notes.flatMap(({ id }) => {
      const index = ids.has(id) ? file.noteIndex(id) : undefined;
      return index === undefined ? [] : placeAt(file, id, ['notes', index]);
    }),
  ];
}

function placeAt(file: EditedFile, id: string, path: Place['path']): readonly Place[] {
  const node = file.at(path);
  return node === undefined ? [] : [{ id, path, node }];
}
