import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Folders whose tests share what they have imported: they look at the compiler, which keeps nothing from one to the next. */
const ofTheCompiler = ['bench', 'codegen', 'conformance', 'docs', 'edits', 'host', 'language', 'workflow'].map(
  (folder) => `tests/${folder}/**/*.test.ts`,
);

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

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).toSorted((a, b) => turnOf(a) - turnOf(b));
  }
}

function turnOf({ moduleId }: TestSpecification): number {
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
    sequence: { sequencer: LongestFirst },
    projects: [
      { extends: true, test: { name: 'compiler', include: ofTheCompiler, isolate: false } },
      // They wait more than they reckon: there are more of them at a time than processors.
      {
        extends: true,
        test: { name: 'whole', include: ['tests/**/*.test.ts'], exclude: ofTheCompiler, maxWorkers: 3 },
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
