import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { ofKind, RunsStudio, stateOf } from './runsStudio.ts';

const file = 'approve-refund.workflow.json';
const input = { order: 'A-1017', amount: 49.9, complaint: 'The kettle arrived broken.' };
let studio: RunsStudio;
let text: string;

beforeAll(async () => {
  studio = await RunsStudio.open({ APPROVER: 'lead@example.com', CATALYST_TRUST: '1', DURABLE_ANSWER_SECONDS: '1' });
  text = await readFile(join(import.meta.dirname, '../../examples/approve-refund', file), 'utf8');
  await studio.write(file, text);
  await studio.runs.handlers.trust({ file, text });
});

afterAll(async () => studio.remove());

function waits(run: string): boolean {
  return ofKind(studio.updates(run), 'event').some(({ event }) => event === 'waiting');
}

test.each([
  ['as a stream', true],
  // In one piece its caller gets a link after a second; the run is followed all the same.
  ['in one piece', false],
])(
  'a run that waits is decided here, asked for %s',
  async (_, stream) => {
    const run = await studio.start({ file, text, input, stream });
    await studio.until(() => waits(run));
    const { approvals } = await studio.runs.handlers.runApprovals({ run });
    expect(approvals).toMatchObject([{ step: 'approve', message: expect.stringContaining('A-1017') as string }]);
    expect(stateOf(studio.updates(run))?.state).toBe('running');
    await studio.runs.handlers.decideRun({ run, step: 'approve', approved: true, values: { amount: 30 } });
    await studio.ended(run);
    expect(stateOf(studio.updates(run))?.state).toBe('done');
    const { output } = await studio.runs.handlers.run({ run });
    expect(output).toMatchObject({ refunded: 30 });
    expect(await studio.runs.handlers.runApprovals({ run })).toEqual({ approvals: [] });
  },
  60_000,
);

test('stopping a durable run cancels it, which hanging up does not', async () => {
  const run = await studio.start({ file, text, input });
  await studio.until(() => waits(run));
  const place = ofKind(studio.updates(run), 'answer')[0]?.headers['content-location'] ?? '';
  const [{ link = '' } = {}] = (await studio.runs.handlers.runApprovals({ run })).approvals;
  await studio.runs.handlers.stopRun({ run });
  await studio.ended(run);
  expect(stateOf(studio.updates(run))?.state).toBe('cancelled');
  const { origin } = new URL(link);
  const kept = await (await fetch(new URL(place.replace(/\/events$/u, ''), origin))).json();
  expect(kept).toMatchObject({ status: 'cancelled' });
}, 60_000);

test('a durable webhook is followed to its end though no answer says which run it began, and decided here', async () => {
  const hook = 'hook.workflow.json';
  const asked = JSON.stringify({
    version: 1,
    name: 'hook',
    durable: true,
    nodes: [
      {
        id: 'event',
        type: 'webhookReceiver',
        config: {
          service: 'github',
          path: '/hook',
          inputSchema: { type: 'object', required: ['title'], properties: { title: { type: 'string' } } },
        },
      },
      { id: 'approve', type: 'waitForApproval', config: { message: 'Pay {{ input.title }}?' } },
      { id: 'reply', type: 'response', config: { output: '{{ nodes.approve.output.approved }}' } },
    ],
    edges: [
      { source: 'event', target: 'approve' },
      { source: 'approve', sourceHandle: 'approved', target: 'reply' },
    ],
  });
  await studio.write(hook, asked);
  for (const title of ['17', '18']) {
    const run = await studio.start({ file: hook, text: asked, input: { title } });
    await studio.until(() => waits(run));
    const { approvals } = await studio.runs.handlers.runApprovals({ run });
    expect(approvals).toMatchObject([{ step: 'approve', message: `Pay ${title}?` }]);
    await studio.runs.handlers.decideRun({ run, step: 'approve', approved: true, values: {} });
    await studio.ended(run);
    expect(stateOf(studio.updates(run))?.state).toBe('done');
    expect((await studio.runs.handlers.run({ run })).output).toBe(true);
  }
}, 60_000);
