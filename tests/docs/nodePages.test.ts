import { execFile } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';

import { configKeys } from '../../src/cli/nodeConfig.ts';
import { emit, plan } from '../../src/core/codegen/python/index.ts';
import { check, lockFile, lockText, parse, registry, type NodeType } from '../../src/core/workflow/index.ts';
import { python, writeGenerated } from '../execution/generatedProject.ts';

const pages: readonly (readonly [page: string, type: NodeType])[] = [
  ['openai-node.md', 'openaiCompletion'],
  ['anthropic-node.md', 'anthropicCompletion'],
  ['http-request.md', 'httpRequest'],
];

const streamed = ',{ "source": "answer", "sourceHandle": "stream", "target": "reply", "targetHandle": "stream" }';

const search = { name: 'search', description: 'Searches.', inputSchema: { type: 'object' } };
const sources = new Map([[lockFile('docs'), lockText('docs', [search])]]);

function workflowWith(type: NodeType, config: string, name = 'page'): string {
  return `{
    "version": 1,
    "name": "${name}",
    "env": ["API_URL"],
    "credentials": { "shop": { "kind": "bearer" } },
    "mcpServers": ${config.includes('"mcp"') ? '{ "docs": {} }' : '{}'},
    "nodes": [
      { "id": "ask", "type": "httpEndpoint", "config": { "path": "/${name}", "openai": { "model": "${name}", "input": { "message": "{{ input.text }}" } }, "inputSchema":
        { "type": "object", "required": ["message"], "properties": { "message": { "type": "string" } } } } },
      { "id": "answer", "type": "${type}", "config": ${config} },
      { "id": "reply", "type": "response", "config": { "output": "{{ nodes.answer.output }}" } }
    ],
    "edges": [
      { "source": "ask", "target": "answer" },
      { "source": "answer", "target": "reply" }${registry[type].supportsStreaming ? streamed : ''}
    ]
  }`;
}

describe.each(pages)('the page %s about %s', (file, type) => {
  const page = readFileSync(join(import.meta.dirname, '../../docs', file), 'utf8');
  const configs = [...page.matchAll(/^```json\n(.+?)^```$/gmsu)].map(([, block = '']) => block);

  test.each(configs)('shows what compiles: %s', (config) => {
    const parsed = parse(workflowWith(type, config));
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.diagnostics, null, 1));
    const checked = check(parsed.value, sources);
    const errors = checked.diagnostics.filter(({ severity }) => severity === 'error');
    expect(errors).toEqual([]);
    if (checked.ok) expect(emit(plan(checked.value)).map(({ path }) => path)).toContain('app/workflows/page.py');
  });

  test('has every option of the node in an example', () => {
    for (const { name } of configKeys(type)) {
      expect(
        configs.some((config) => config.includes(`"${name}"`)),
        name,
      ).toBe(true);
    }
  });

  test('shows what runs, whole and streamed: the tests that its projects carry pass', async () => {
    const plans = configs.map((config, index) => {
      const parsed = parse(workflowWith(type, config, `page-${index}`));
      const checked = parsed.ok ? check(parsed.value, sources) : parsed;
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
});
