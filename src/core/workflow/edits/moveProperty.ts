import type { JsonPath } from '../json.ts';
import { EditedFile } from './editedFile.ts';
import { entriesOf, keyOf } from './jsonTree.ts';
import { refused, type EditResult } from './result.ts';

/**
 * Puts a property of an object at the place of another one, between which those that it passes move up. How each is written goes
 * along, and what stands between them stays.
 */
export function moveProperty(text: string, path: JsonPath, key: string, to: string): EditResult {
  const file = EditedFile.open(text);
  if (!(file instanceof EditedFile)) return file;
  const object = file.at(path);
  const keys = object?.type === 'object' ? (object.children ?? []).map(keyOf) : [];
  const [from, target] = [keys.indexOf(key), keys.indexOf(to)];
  if (object === undefined || from === -1 || target === -1) return refused(`There is no ${key} to be moved any more.`);
  const places = entriesOf(object);
  const order = places.filter((_place, index) => index !== from).toSpliced(target, 0, ...places.slice(from, from + 1));
  const edits = places.flatMap(({ start, end }, index) => {
    const taken = order[index];
    return taken === undefined || taken.start === start
      ? []
      : [{ start, end, text: text.slice(taken.start, taken.end) }];
  });
  return file.edited(edits, `Move ${key}`);
}
