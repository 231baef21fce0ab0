interface ImportMetaGlob {
  glob(patterns: string[], options: { query: '?raw'; import: 'default'; eager: true }): Record<string, string>;
}

/** The runtime's files by where they are. The bundler puts the texts in here, so that the compiler needs no disk to copy them. */
export const runtimeSources = (import.meta as unknown as ImportMeta & ImportMetaGlob).glob(
  [
    '../../../../../runtime/python/app/**/*.{py,html}',
    '../../../../../runtime/python/tests/simulated_providers/**/*.py',
    '../../../../../runtime/python/tests/door/*.py',
    '../../../../../runtime/python/tests/{batches,conftest,durable,recorded_runs,server,service,sockets}.py',
    '../../../../../runtime/python/requirements.txt',
    '../../../../../runtime/python/requirements/*.txt',
    '../../../../../runtime/python/pyproject.toml',
  ],
  { query: '?raw', import: 'default', eager: true },
);
