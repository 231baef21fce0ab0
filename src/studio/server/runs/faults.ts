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

/** The faults that the simulated providers know, as their tables have them; one that several APIs have is there once. */
export const faults: readonly Fault[] = [
  ...new Map(
    Object.values(modules)
      .flatMap((text) => [...text.matchAll(/FaultKind\(\s*"(\w+)",\s*(?:"([^"]*)"|'([^']*)')/g)])
      .map(([, name = '', about, quoted = '']): [string, Fault] => [name, { name, about: about ?? quoted }])
      .filter(([name]) => name !== 'none'),
  ).values(),
];
