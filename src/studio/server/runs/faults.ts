import type { Fault } from '../../protocol/index.ts';

interface ImportMetaGlob {
  glob(patterns: string[], options: { query: '?raw'; import: 'default'; eager: true }): Record<string, string>;
}

const modules = (import.meta as unknown as ImportMeta & ImportMetaGlob).glob(
  [
    '../../../../runtime/python/tests/simulated_providers/api.py',
    '../../../../runtime/python/tests/simulated_providers/faults/*.py',
    '../../../../runtime/python/tests/simulated_providers/apis/*/*.py',
  ],
  { query: '?raw', import: 'default', eager: true },
);

const groups: Readonly<Record<string, string>> = {
  connections: 'Slow and broken connections',
  notation: 'Unusual streams',
  api: 'Calls of tools',
};

/** The faults that the simulated providers know, as their tables have them; one that several APIs have is there once. */
export const faults: readonly Fault[] = [
  ...new Map(
    Object.entries(modules)
      .flatMap(([path, text]) => faultsIn(path, text))
      .map((fault): [string, Fault] => [fault.name, fault]),
  ).values(),
];

function faultsIn(path: string, text: string): readonly Fault[] {
  return [...text.matchAll(/FaultKind\(\s*"(\w+)",\s*(?:"([^"]*)"|'([^']*)')/g)]
    .map(([, name = '', about, quoted = '']) => ({ name, about: about ?? quoted }))
    .filter(({ name }) => name !== 'none')
    .map((fault) => ({ ...fault, group: groupOf(path, fault.about) }));
}

/** By the module that has it: that of an API is about that one; of answers, those that begin with a status are refusals. */
function groupOf(path: string, about: string): string {
  const [, api, provider] = /\/apis\/(\w+)\/(\w+)\.py$/.exec(path) ?? [];
  if (api !== undefined) return titleOf(provider === 'faults' || provider === undefined ? api : provider);
  const module = /(\w+)\.py$/.exec(path)?.[1] ?? '';
  return groups[module] ?? (/^\d{3}\b/.test(about) ? 'Refusals' : 'Unusual answers');
}

/** "Chat completions" for `chat_completions`. */
function titleOf(name: string): string {
  return name.slice(0, 1).toUpperCase() + name.slice(1).replaceAll('_', ' ');
}
