import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { plan, type Plan } from '../../src/core/codegen/python/index.ts';
import { check, parse } from '../../src/core/workflow/index.ts';
import { randomNumbers } from '../workflow/expressions/random.ts';
import { python, writeGenerated } from './generatedProject.ts';
import { randomWorkflow } from './randomWorkflow.ts';

/*
 * The compiler says what every run of a workflow does when it writes the tests of its project; the service has to do so.
 * What was said is worked out from the plan by an evaluator of its own, and what happens is Python over HTTP.
 */
function randomPlans(seed: number, count: number): readonly Plan[] {
  const random = randomNumbers(seed);
  return Array.from({ length: count }, (_, index) => planned(randomWorkflow(random, `random-${index}`, 4)));
}

function planned(text: string): Plan {
  const parsed = parse(text);
  const checked = parsed.ok ? check(parsed.value, new Map()) : parsed;
  if (!checked.ok) throw new Error(JSON.stringify(checked.diagnostics, null, 1));
  return plan(checked.value);
}

/** Models that run side by side and are asked the same, then one that reads them; and a text set on either way. */
function twins(): Plan {
  const ask = (id: string, prompt: string) => ({ id, type: 'openaiCompletion', config: { model: 'gpt-4o', prompt } });
  const either = '{{ nodes.yes.output.content | default(nodes.no.output.content) | upper }}';
  const nodes = [
    { id: 'start', type: 'httpEndpoint', config: { path: '/twins', inputSchema: question } },
    ask('one', '{{ input.question }}'),
    ask('two', '{{ input.question }}'),
    ask('both', 'Compare {{ nodes.one.output.content }} with {{ nodes.two.output.content }}.'),
    { id: 'is', type: 'condition', config: { expression: "{{ not nodes.both.output.content == 'same' }}" } },
    ask('yes', 'Say yes.'),
    ask('no', 'Say no.'),
    ask('last', either),
    { id: 'end', type: 'response', config: { output: `{{ nodes.last.output.content }} ${either}` } },
  ];
  const edges = [
    ['start', 'output', 'one'],
    ['start', 'output', 'two'],
    ['one', 'output', 'both'],
    ['two', 'output', 'both'],
    ['both', 'output', 'is'],
    ['is', 'true', 'yes'],
    ['is', 'false', 'no'],
    ['yes', 'output', 'last'],
    ['no', 'output', 'last'],
    ['last', 'output', 'end'],
  ].map(([source, sourceHandle, target]) => ({ source, sourceHandle, target, targetHandle: 'input' }));
  return planned(JSON.stringify({ version: 1, name: 'twins', nodes, edges }));
}

const question = { type: 'object', required: ['question'], properties: { question: { type: 'string' } } };

let folder: string;
beforeAll(() => {
  folder = writeGenerated(...randomPlans(7, 8), twins());
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What a tool prints, whether it finds something or not. */
async function printed(file: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(file, args, { cwd: folder }).catch((error: { stdout: string }) => error);
  return stdout;
}

test('random workflows do over HTTP what was worked out for them', async () => {
  const without = 'not (long or refusal or refuses)';
  const stdout = await printed(python, '-m', 'pytest', '-q', '-p', 'no:cacheprovider', '-k', without);
  expect(stdout).toMatch(/\d+ passed/u);
  expect(stdout).not.toMatch(/failed|error/u);
}, 180_000);

test('ruff and pyright find nothing in what is written for them', async () => {
  expect(await printed(python, '-m', 'ruff', 'check', '--output-format', 'concise', '.')).toBe('All checks passed!\n');
  const pyright = join(import.meta.dirname, '../../node_modules/pyright/index.js');
  expect(await printed(process.execPath, pyright, '--pythonpath', python)).toMatch(/^0 errors, 0 warnings/u);
}, 180_000);
