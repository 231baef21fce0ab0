import * as py from '../../syntax/build.ts';
import type { Stmt } from '../../syntax/tree.ts';
import type { Rehearsed } from './search.ts';

/** What a file of a folder holds in a test. */
export const storedText = 'What is in the file.';

/** Lays the file that a run answers with into a folder of the test, which the service is told of; nothing of other answers. */
export function layStoredFile({ outcome: { response, output } }: Rehearsed): readonly Stmt[] {
  const variable = response?.config.folder;
  if (variable === undefined) return [];
  const folder = py.name('tmp_path');
  const set = py.attribute(py.name('environment'), 'setenv');
  const told = py.statement(py.call(set, py.literal(variable), py.call(py.name('str'), folder)));
  if (typeof output !== 'string' || !isPlainPath(output)) return [told];
  const below = (path: string, method: 'mkdir' | 'write_text') =>
    py.attribute(py.call(py.attribute(folder, 'joinpath'), py.literal(path)), method);
  const [, parent] = /^(.+)\//.exec(output) ?? [];
  const made =
    parent === undefined
      ? []
      : [py.statement(py.call(below(parent, 'mkdir'), py.keyword('parents', py.literal(true))))];
  const kept = py.call(below(output, 'write_text'), py.literal(storedText));
  return [told, ...made, py.statement(kept)];
}

/** Whether a file can be laid there on any system. */
export function isPlainPath(path: string): boolean {
  return path.length <= 120 && /^[\w-][\w.-]*(?:\/[\w-][\w.-]*)*$/.test(path);
}
