import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { createCompiler, emit, plan, type GeneratedFile } from '../../../src/core/codegen/python/index.ts';
import { generators } from '../../../src/core/codegen/python/NodeCodeGenerator.ts';
import type { ProviderPython } from '../../../src/core/codegen/python/nodes/llm/completion.ts';
import { simulatedEmbeddings } from '../../../src/core/codegen/python/project/embeddingParts.ts';
import { carriedModule, simulatedBatches } from '../../../src/core/codegen/python/project/simulatedApis.ts';
import { check, parse, providers } from '../../../src/core/workflow/index.ts';

const root = join(import.meta.dirname, '../../..');
const example = readFileSync(join(root, 'examples/chat/chat.workflow.json'), 'utf8');
const model = '"model": "gpt-5.4-mini"';

/** The example with other members of its model node's config. */
const withConfig = (config: string): string => example.replace(model, config);

function compiled(text: string): readonly GeneratedFile[] {
  const parsed = parse(text);
  const checked = parsed.ok ? check(parsed.value, new Map()) : parsed;
  if (!checked.ok) throw new Error(JSON.stringify(checked.diagnostics));
  return emit(plan(checked.value));
}

function carriedIn(files: readonly GeneratedFile[]): readonly string[] {
  const folders = files.map(({ path }) => /^tests\/simulated_providers\/apis\/(\w+)\//u.exec(path)?.[1]);
  return [...new Set(folders)].filter((folder) => folder !== undefined);
}

test.each([
  ['gpt-5.4-mini by itself', model, ['chat_completions']],
  ['a node that asks for Responses', `${model}, "api": "responses"`, ['responses']],
  ['a model that only Responses has', '"model": "gpt-5.5-pro"', ['responses']],
  ['a deployment of an unknown name', '"model": "ours"', ['chat_completions']],
  ['a model that a run decides', '"model": "{{ input.message }}"', ['chat_completions', 'responses']],
  ['such a model by one API', '"model": "{{ input.message }}", "api": "chat"', ['chat_completions']],
])('%s', (_, config, expected) => {
  expect(carriedIn(compiled(withConfig(config)))).toEqual(expected);
});

test('every module that a carried one imports is there', () => {
  const files = compiled(example).filter(({ path }) => path.startsWith('tests/'));
  const paths = new Set(files.map(({ path }) => path));
  const imported = files.flatMap(({ content }) =>
    Array.from(content.matchAll(/^from (tests\.\S+) import/gmu), ([, module = '']) => module.replaceAll('.', '/')),
  );
  expect(imported.length).toBeGreaterThan(100);
  for (const module of imported)
    expect([`${module}.py`, `${module}/__init__.py`].some((path) => paths.has(path))).toBe(true);
});

test('a service without models carries neither simulated providers nor what asks a model', () => {
  const nodes = [
    { id: 'ask', type: 'httpEndpoint', config: { path: '/a' } },
    { id: 'end', type: 'response', config: { output: 'Hello' } },
  ];
  const edges = [{ source: 'ask', target: 'end' }];
  const paths = compiled(JSON.stringify({ version: 1, name: 'plain', nodes, edges })).map(({ path }) => path);
  const ofModels = /^(app\/llm|app\/nodes|app\/runtime\/http|tests\/simulated_providers)\//;
  expect(paths.filter((path) => ofModels.test(path))).toEqual([]);
  expect(paths).toContain('tests/conftest.py');
  expect(compiled(example).filter(({ path }) => ofModels.test(path)).length).toBeGreaterThan(40);
});

test('the runtime itself carries every API, in the same words', () => {
  const own = Object.values(generators).flatMap(({ provider }: { provider?: ProviderPython }) =>
    [provider?.simulated ?? [], provider?.simulatedResponses ?? []].flat(),
  );
  // The compatible servers are those that a workflow names.
  const named = providers.filter(({ simulatedPath = '' }) => !simulatedPath.startsWith('/compatible/'));
  const { path, content } = carriedModule(['chat', 'responses', 'messages'], named, [
    ...own,
    simulatedEmbeddings,
    ...simulatedBatches.values(),
  ]);
  expect(content).toBe(readFileSync(join(root, 'runtime/python', path), 'utf8'));
});

test('an edit of `api` changes what is carried', () => {
  const compiler = createCompiler();
  const edits = [example, withConfig(`${model}, "api": "responses"`), example];
  const edited = edits.map((text) => compiler.compile(text, new Map()).files ?? []);
  expect(edited.map(carriedIn)).toEqual([['chat_completions'], ['responses'], ['chat_completions']]);
  expect(edited).toEqual(edits.map(compiled));
});
