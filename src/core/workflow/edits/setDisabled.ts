import { EditedFile, idOrCount } from './editedFile.ts';
import { addProperty, removeEntries, replaceWith } from './entryEdits.ts';
import { propertyOf } from './jsonTree.ts';
import { placesOf } from './places.ts';
import type { EditResult } from './result.ts';

/** Leaves nodes out of what runs, or takes them in again. */
export function setDisabled(text: string, ids: Iterable<string>, disabled: boolean): EditResult {
  const file = EditedFile.open(text);
  if (!(file instanceof EditedFile)) return file;
  const chosen = placesOf(file, new Set(ids)).filter(({ path }) => path[0] === 'nodes');
  const order = file.keysAt(['nodes', 0]);
  const edits = chosen.flatMap(({ node }) => {
    const found = propertyOf(node, 'disabled')?.value;
    if (!disabled) return found === undefined ? [] : removeEntries(node, new Set([found]));
    if (found === undefined) return addProperty(file, node, 'disabled', true, { order });
    return found.value === true ? [] : [replaceWith(file, found, true)];
  });
  const chosenIds = chosen.map(({ id }) => id);
  return file.edited(edits, `${disabled ? 'Disable' : 'Enable'} ${idOrCount(chosenIds, 'node')}`, chosenIds);
}
