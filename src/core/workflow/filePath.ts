/** What the names of the files that a workflow names end in. */
export type FileEnding = '.py' | '.workflow.json';

/** Why a path must not be used as a file that a workflow names, or undefined when it may. */
export function pathProblem(path: string, ending: FileEnding): string | undefined {
  if (path === '') return 'it is empty';
  if (path.includes('\\')) return 'it has a backslash';
  if (path.startsWith('/')) return 'it is absolute';
  if (path.includes(':')) return 'it has a colon, which names a drive or a stream on Windows';
  const parts = path.split('/');
  if (parts.includes('..')) return 'it leads out of the folder with `..`';
  if (parts.some((part) => part === '' || part === '.')) return 'it has an empty part or a `.` in it';
  if (!path.endsWith(ending) || parts.at(-1) === ending) return `it does not end in \`${ending}\``;
  if (path.length > 200) return 'it is longer than 200 characters';
  if (!parts.every(isPortable)) return 'a part of it cannot be a file name on every system';
  return undefined;
}

/** Device names that Windows finds in every folder, with any ending. */
const devices: readonly string[] = [
  'con',
  'prn',
  'aux',
  'nul',
  ...[1, 2, 3, 4, 5, 6, 7, 8, 9].flatMap((digit) => [`com${digit}`, `lpt${digit}`]),
];

function isPortable(part: string): boolean {
  if (part.endsWith(' ') || part.endsWith('.') || devices.includes(part.split('.')[0]?.toLowerCase() ?? ''))
    return false;
  for (const character of part) {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x20 || code === 0x7f || '<>"|?*'.includes(character)) return false;
  }
  return true;
}
