import { execFile } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

import { configKeys } from '../../src/cli/nodeConfig.ts';
import { emit, plan } from '../../src/core/codegen/python/index.ts';
import { check, parse } from '../../src/core/workflow/index.ts';
import { python, writeGenerated } from '../execution/generatedProject.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/openai-node.md'), 'utf8');
const configs = [...page.matchAll(/^```json\n(.+?)^```$/gmsu)].map(([, block = '']) => block);

function workflowWith(config: string, name = 'page'): string {
  return `{
    "version": 1,
    "name": "${name}",
    "nodes": [
      { "id": "ask", "type": "httpEndpoint", "config": { "path": "/${name}", "inputSchema":
        { "type": "object", "required": ["message"], "properties": { "message": { "type": "string" } } } } },
      { "id": "answer", "type": "openaiCompletion", "config": ${config} },
      { "id": "reply", "type": "response", "config": { "output": "{{ nodes.answer.output }}" } }
    ],
    "edges": [
      { "source": "ask", "target": "answer" },
      { "source": "answer", "target": "reply" },
      { "source": "answer", "sourceHandle": "stream", "target": "reply", "targetHandle": "stream" }
    ]
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

test('what the page shows runs, whole and streamed: the tests that its projects carry pass', async () => {
  const plans = configs.map((config, index) => {
    const parsed = parse(workflowWith(config, `page-${index}`));
    const checked = parsed.ok ? check(parsed.value, new Map()) : parsed;
    if (!checked.ok) throw new Error(JSON.stringify(checked.diagnostics, null, 1));
    return plan(checked.value);
  });
  const folder = writeGenerated(...plans);
  try {
    const args = ['-m', 'pytest', '-q', '-p', 'no:cacheprovider', '-k', 'reply or stream'];
    const { stdout } = await promisify(execFile)(python, args, { cwd: folder }).catch(
      (error: { stdout: string }) => error,
    );
    expect(stdout).toMatch(/\d+ passed, \d+ deselected/u);
    expect(stdout).not.toMatch(/failed|error|skipped/u);
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 180_000);
