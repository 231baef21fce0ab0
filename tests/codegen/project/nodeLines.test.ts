import { join } from 'node:path';
import { expect, test } from 'vitest';

import { emit, linesAt, nodeLines, plan } from '../../../src/core/codegen/python/index.ts';
import { loadWorkflow } from '../../../src/host/workflowFiles.ts';

test('lines are those of the statements of a node, also of one in a called workflow', async () => {
  const file = join(import.meta.dirname, '../../../examples/help-desk/help-desk.workflow.json');
  const { checked } = await loadWorkflow(file);
  if (checked === undefined) throw new Error('The example has errors.');
  const files = emit(plan(checked));
  const lines = nodeLines(checked, files);
  const inner = lines.filter(({ node }) => node.includes('/'));
  expect(new Set(inner.map(({ node }) => node.split('/')[0]))).toEqual(new Set(checked.calls.keys()));
  for (const found of lines) {
    const text = files.find(({ path }) => path === found.file)?.content.split('\n') ?? [];
    expect(
      text
        .slice(found.start - 1, found.end)
        .join('\n')
        .trim(),
    ).not.toBe('');
    expect(linesAt(lines, found.file, found.end)).toBe(found);
  }
  expect(linesAt(lines, lines[0]?.file, 1)).toBeUndefined();
});
