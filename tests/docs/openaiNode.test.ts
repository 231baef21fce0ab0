import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { configKeys } from '../../src/cli/nodeConfig.ts';
import { emit, plan } from '../../src/core/codegen/python/index.ts';
import { check, parse } from '../../src/core/workflow/index.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/openai-node.md'), 'utf8');
const configs = [...page.matchAll(/^```json\n(.+?)^```$/gmsu)].map(([, block = '']) => block);

function workflowWith(config: string): string {
  return `{
    "version": 1,
    "name": "page",
    "nodes": [
      { "id": "ask", "type": "httpEndpoint", "config": { "path": "/ask", "inputSchema":
        { "type": "object", "required": ["message"], "properties": { "message": { "type": "string" } } } } },
      { "id": "answer", "type": "openaiCompletion", "config": ${config} },
      { "id": "reply", "type": "response", "config": { "output": "{{ nodes.answer.output }}" } }
    ],
    "edges": [{ "source": "ask", "target": "answer" }, { "source": "answer", "target": "reply" }]
  }`;
}

test.each(configs)('the page about the OpenAI node shows what compiles: %s', (config) => {
  const parsed = parse(workflowWith(config));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.diagnostics, null, 1));
  const checked = check(parsed.value, new Map());
  const errors = checked.diagnostics.filter(({ severity }) => severity === 'error');
  expect(errors).toEqual([]);
  if (checked.ok) expect(emit(plan(checked.value)).map(({ path }) => path)).toContain('app/workflows/page.py');
});

test('every option of the node is in an example', () => {
  for (const { name } of configKeys('openaiCompletion')) {
    expect(
      configs.some((config) => config.includes(`"${name}"`)),
      name,
    ).toBe(true);
  }
});
