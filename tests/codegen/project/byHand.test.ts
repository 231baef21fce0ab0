import { expect, test } from 'vitest';

import { emit, plan } from '../../../src/core/codegen/python/index.ts';
import { check, parse } from '../../../src/core/workflow/index.ts';

/** `app/llm/parts.py` of a workflow without model nodes, whose function has this code. */
function partsOf(code: string): string {
  const nodes = [
    { id: 'ask', type: 'httpEndpoint', config: { path: '/a' } },
    { id: 'work', type: 'pythonFunction', config: { function: 'work', code } },
    { id: 'end', type: 'response', config: { output: '{{ nodes.work.output }}' } },
  ];
  const edges = [
    { source: 'ask', target: 'work' },
    { source: 'work', target: 'end' },
  ];
  const parsed = parse(JSON.stringify({ version: 1, name: 'by-hand', nodes, edges }));
  const checked = parsed.ok ? check(parsed.value, new Map()) : parsed;
  if (!checked.ok) throw new Error(JSON.stringify(checked.diagnostics));
  return emit(plan(checked.value)).find(({ path }) => path === 'app/llm/parts.py')?.content ?? '';
}

function asking(module: string, name: string): string {
  return `from ${module} import ${name}\n\n\ndef work() -> str:\n    return ${name}.__name__\n`;
}

test.each([
  ['app.nodes.llm.anthropic', 'execute_anthropic_completion', ['ANTHROPIC']],
  ['app.nodes.llm.openai', 'execute_openai_completion', ['OPENAI']],
])('a function that asks a model by hand, with %s, has its provider alone', (module, name, providers) => {
  const found = [...partsOf(asking(module, name)).matchAll(/^(?<constant>[A-Z]+) = [a-z]/gmu)];
  expect(found.map(({ groups }) => groups?.['constant'])).toEqual(providers);
});

test('a function that asks no model brings none along', () => {
  expect(partsOf('def work() -> str:\n    return "done"\n')).toBe('');
});
