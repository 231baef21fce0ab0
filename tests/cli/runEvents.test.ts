import { createColors } from 'picocolors';
import { expect, test } from 'vitest';

import { showRun } from '../../src/cli/runEvents.ts';
import type { Terminal } from '../../src/cli/terminal.ts';
import { runEventSchema } from '../../src/core/events.ts';

const usage = {
  prompt_tokens: 1,
  completion_tokens: 2,
  total_tokens: 3,
  cached_tokens: 0,
  reasoning_tokens: 1,
  cost_usd: 0,
};
const meta = { execution_id: 'e', elapsed_ms: 1, node_timings: {} };

/** What is written to standard output and to standard error for a run of these events. */
async function shown(
  ...events: readonly [event: string, data: object][]
): Promise<{ out: string; err: readonly string[] }> {
  let out = '';
  const err: string[] = [];
  const terminal: Terminal = {
    out: createColors(false),
    err: createColors(true),
    isInteractive: false,
    write: (text) => (out += text),
    print: (line) => (out += `${line}\n`),
    note: (line) => err.push(line),
    progress: () => {},
    ask: () => Promise.reject(new Error('Nobody is there.')),
  };
  async function* run(): AsyncGenerator<ReturnType<typeof runEventSchema.parse>> {
    for (const [event, data] of events) yield await Promise.resolve(runEventSchema.parse({ event, data }));
  }
  await showRun(run(), terminal, () => undefined);
  return { out, err };
}

const dim = (text: string): string => `\u{1b}[2m${text}\u{1b}[22m`;
const token = (text: string): [string, object] => ['token', { node: 'answer', text }];
const thought = (text: string): [string, object] => ['reasoning', { node: 'answer', text }];
const done = (output: unknown): [string, object] => [
  'done',
  { text: '', token_count: 2, finish_reason: 'stop', usage, meta, output },
];

test('what a model thinks is dim and on standard error, the answer alone on standard output', async () => {
  const { out, err } = await shown(
    thought('The user asks'),
    thought(' why.\n\nLight'),
    thought(' scatters.'),
    token('It is '),
    token('blue.'),
    done('It is blue.'),
  );
  expect(out).toBe('It is blue.\n');
  expect(err).toEqual(['The user asks why.', '', 'Light scatters.'].map(dim));
});

test('thoughts of a run that fails are shown to their end', async () => {
  const problem = { type: 'about:blank', title: 'T', status: 502, detail: 'It broke.', code: 'c', retryable: false };
  const { out, err } = await shown(thought('Half a th'), ['error', problem]);
  expect(out).toBe('');
  expect(err[0]).toBe(dim('Half a th'));
  expect(err[1]).toContain('It broke.');
});

test('what an answer cites is listed once each, after it', async () => {
  const page = {
    type: 'url_citation',
    start_index: 0,
    end_index: 2,
    url: 'https://example.com/sky',
    title: 'The\u{1b}[2J\nsky',
  };
  const { type, ...inside } = page;
  const annotations = [
    page,
    { type, url_citation: inside },
    { type, url: 'https://example.com/blue' },
    { type: 'file_citation', filename: 'sky.pdf', file_id: 'file-1' },
    { type: 'of_a_kind_of_its_own' },
  ];
  const { out, err } = await shown(
    token('Blue.'),
    ['annotations', { node: 'answer', annotations, extras: null }],
    ['annotations', { node: 'other', annotations: null, extras: { citations: [] } }],
    done('Blue.'),
  );
  expect(out).toBe('Blue.\n');
  expect(err).toEqual(
    ['sources:', '  1. The [2J sky, https://example.com/sky', '  2. https://example.com/blue', '  3. sky.pdf'].map(dim),
  );
});

test('what is said for several items at the same time is written one after the other', async () => {
  const of = (index: number, text: string): [string, object] => [
    'token',
    { node: 'answer', text, items: [{ node: 'each', index }] },
  ];
  const item = (index: number): [string, object] => ['item', { node: 'each', index, value: null }];
  const { out } = await shown(
    of(0, 'The fi'),
    of(1, 'The sec'),
    of(2, 'Half a'),
    of(0, 'rst.'),
    of(1, 'ond.'),
    item(1),
    ['restart', { node: 'answer', items: [{ node: 'each', index: 2 }] }],
    item(0),
    of(2, 'The third.'),
    item(2),
    done(''),
  );
  expect(out).toBe('The first.\nThe second.\nThe third.\n');
});
