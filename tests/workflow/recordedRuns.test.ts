import { expect, test } from 'vitest';

import { check, parse, type CheckedWorkflow, type Diagnostic } from '../../src/core/workflow/index.ts';
import { emit, plan } from '../../src/core/codegen/python/index.ts';

const text = JSON.stringify({
  version: 1,
  name: 'asking',
  nodes: [
    { id: 'ask', type: 'httpEndpoint', config: { path: '/ask', stream: 'never' } },
    { id: 'answer', type: 'openaiCompletion', config: { model: 'gpt-5.4-mini', prompt: 'Hello' } },
    { id: 'reply', type: 'response', config: { output: '{{ nodes.answer.output.content }}' } },
  ],
  edges: [
    { source: 'ask', target: 'answer' },
    { source: 'answer', target: 'reply' },
  ],
});
const run = {
  catalystRun: 1,
  workflow: 'asking.workflow.json',
  input: {},
  answers: [{ node: 'answer', content: 'Hi', finishReason: 'stop' }],
  expect: { output: 'Hi' },
};

function checked(sources: Record<string, unknown>): { value: CheckedWorkflow; found: readonly Diagnostic[] } {
  const parsed = parse(text);
  if (!parsed.ok) throw new Error('It cannot be read.');
  const texts = Object.entries(sources).map(([path, content]): [string, string] => [
    path,
    typeof content === 'string' ? content : JSON.stringify(content),
  ]);
  const result = check(parsed.value, new Map(texts), 'asking.workflow.json');
  if (!result.ok) throw new Error('It has errors.');
  return { value: result.value, found: result.diagnostics };
}

function testFiles(value: CheckedWorkflow): readonly string[] {
  const paths = emit(plan(value)).map(({ path }) => path);
  return paths.filter((path) => path.includes('recorded'));
}

test('recorded runs of the workflow become files of the project, those of others do not', () => {
  const other = { ...run, workflow: 'other.workflow.json' };
  const { value, found } = checked({ 'tests/hello.run.json': run, 'tests/other.run.json': other, 'tests/x.json': '{' });
  expect(found).toEqual([]);
  expect(testFiles(value)).toEqual(['tests/recorded/asking/hello.json', 'tests/test_recorded_runs.py']);
  const content = emit(plan(value)).find(({ path }) => path.endsWith('hello.json'))?.content ?? '';
  expect(JSON.parse(content)).toMatchObject({
    method: 'POST',
    path: '/ask',
    forms: ['whole'],
    expect: { output: 'Hi' },
  });
  expect(testFiles(checked({}).value)).toEqual([]);
});

test.each([
  ['tests/broken.run.json', '{', 'it is not JSON'],
  ['tests/older.run.json', { ...run, catalystRun: 0 }, '`catalystRun` does not fit'],
  ['tests/No Name.run.json', run, 'its name has more than a-z, 0-9 and - in it'],
  ['tests/gone.run.json', { ...run, functions: { 'step/gone': [] } }, 'the workflow has no node `step/gone`'],
])('%s is left out, and said to be', (path, content, problem) => {
  const { value, found } = checked({ [path]: content });
  expect(found).toMatchObject([{ code: 'unusable-recorded-run', severity: 'warning', path: ['name'] }]);
  expect(found[0]?.message).toContain(problem);
  expect(testFiles(value)).toEqual([]);
});
