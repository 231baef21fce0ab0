import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Tests of the compiler: they reckon, and what they cover is counted. */
const ofTheCompiler = ['bench', 'codegen', 'conformance', 'docs', 'edits', 'host', 'language', 'workflow'].map(
  (folder) => `tests/${folder}/**/*.test.ts`,
);

/** Tests that put something else in place of modules or of globals, which those after them must not find. */
const replacing = ['tests/execution/secondProvider.test.ts', 'tests/studio/web/**/*.test.ts'];

/** What takes longest, in the order in which it begins: whatever begins last is waited for alone. */
const longest = [
  'studio/e2e/walks',
  'studio/randomKills',
  'studio/e2e/accessibility',
  'studio/e2e/journey',
  'studio/runsProjectTests',
  'execution/versions',
  'execution/generated',
  'execution/randomWorkflows',
  'execution/secondProvider',
  'package/',
  'incremental/',
  'docs/nodePages',
  'edits/random',
  'edits/newNodes',
];

/**
 * Tests of whole programs wait more than they reckon: there are more of them at a time than processors. Those of the compiler come
 * first when a run has both.
 */
const besideEachOther = { maxWorkers: 3, sequence: { groupOrder: 1 } };

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).toSorted((a, b) => turnOf(a) - turnOf(b));
  }
}

/** Tests that share a process are not parted by those that have one each: it would end between them, and import all anew. */
function turnOf({ moduleId, project }: TestSpecification): number {
  if (project.name === 'replacing') return -1;
  const place = longest.findIndex((name) => moduleId.includes(`/tests/${name}`));
  return place === -1 ? longest.length : place;
}

export default defineConfig({
  test: {
    // Only what hangs takes so long. What is waited for comes late on a busy machine; how fast it has to come, a test says itself.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 20_000 } },
    maxWorkers: 2,
    // The files of a worker share what they have imported, which takes seconds.
    isolate: false,
    sequence: { sequencer: LongestFirst },
    projects: [
      { extends: true, test: { name: 'compiler', include: ofTheCompiler } },
      {
        extends: true,
        test: {
          name: 'whole',
          include: ['tests/**/*.test.ts'],
          exclude: [...ofTheCompiler, ...replacing],
          ...besideEachOther,
        },
      },
      {
        extends: true,
        test: { name: 'replacing', include: replacing, isolate: true, ...besideEachOther },
      },
    ],
    coverage: {
      provider: 'v8',
      include: ['src/core/**/*.ts'],
      exclude: ['**/*.d.ts'],
      reporter: ['text-summary', 'json-summary'],
    },
  },
});
