import type { Node } from 'jsonc-parser';

import type { EditedFile } from './editedFile.ts';

/** A node or a note of the drawing, and the object of the text that it is. */
export interface Place {
  readonly id: string;
  readonly path: readonly ['nodes' | 'notes', number];
  readonly node: Node;
}

/** The nodes and notes of a file, in its order. */
export function placesOf(file: EditedFile): readonly Place[] {
  const { nodes } = file.drawing;
  return [
    ...nodes.flatMap(({ id, index }) => placeAt(file, id, ['nodes', index])),
    ...file.drawing.notes.flatMap(({ id }) => {
      const index = file.noteIndex(id);
      return index === undefined ? [] : placeAt(file, id, ['notes', index]);
    }),
  ];
}

function placeAt(file: EditedFile, id: string, path: Place['path']): readonly Place[] {
  const node = file.at(path);
  return node === undefined ? [] : [{ id, path, node }];
}
