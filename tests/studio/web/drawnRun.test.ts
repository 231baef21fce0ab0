import { expect, test } from 'vitest';

import type { DurableRun } from '../../../src/core/durableRuns.ts';
import { readDrawing } from '../../../src/core/workflow/edits/index.ts';
import { drawnRun } from '../../../src/studio/web/history/durable/drawnRun.ts';
import { emptyRun } from '../../../src/studio/web/run/liveRun.ts';

const file = { version: 1, name: 'sums', nodes: [{ id: 'start', type: 'httpEndpoint', config: {} }], edges: [] };
const began = '2026-11-30T10:00:00Z';
const usage = (tokens: number): DurableRun['usage'] => ({
  prompt_tokens: 0,
  completion_tokens: tokens,
  total_tokens: tokens,
  cached_tokens: 0,
  reasoning_tokens: 0,
  cost_usd: tokens / 1_000,
});
const run: DurableRun = {
  id: 'one',
  workflow: 'sums',
  status: 'running',
  version: null,
  created_at: began,
  ended_at: null,
  retry_of: null,
  usage: usage(5),
  steps: [
    { step: 'each[0]/sum', status: 'done', began_at: began, ended_at: '2026-11-30T10:00:02Z', usage: usage(2) },
    { step: 'each[1]/sum', status: 'begun', began_at: '2026-11-30T10:00:02Z', usage: usage(3) },
    { step: 'call/inner', status: 'failed', code: 'refused', began_at: began, ended_at: began },
    { step: 'ask', status: 'waiting', waits_for: 'approval', until: began, began_at: began },
  ],
};

test('a durable run is drawn as far as its service tells of it', () => {
  const drawing = readDrawing(JSON.stringify(file));
  if (drawing === undefined) throw new Error('The file cannot be drawn');
  const drawn = drawnRun(run, emptyRun('one'), drawing);
  const states = [...drawn.nodes].map(([id, { state }]) => [id, state]);
  expect(states).toEqual([
    ['start', 'done'],
    ['sum', 'running'],
    ['call/inner', 'failed'],
    ['ask', 'running'],
  ]);
  expect(drawn.nodes.get('sum')).toMatchObject({ tokens: 5, startedAt: Date.parse(began) });
  expect(drawn.nodes.get('sum')?.past).toHaveLength(1);
  expect(drawn.nodes.get('ask')?.waitsFor).toEqual({ kind: 'approval', until: began });
  expect(drawn.nodes.get('call/inner')?.error?.type).toBe('refused');

  const ended = drawnRun({ ...run, status: 'cancelled', ended_at: began }, emptyRun('one'), drawing);
  expect([ended.state, ended.nodes.get('ask')?.state, ended.nodes.get('ask')?.waitsFor]).toEqual([
    'cancelled',
    'cancelled',
    undefined,
  ]);
});
