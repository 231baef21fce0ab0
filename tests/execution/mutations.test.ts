import { execFile } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { planOf } from '../compile.ts';
import { python, writeGenerated } from './generatedProject.ts';

/*
 * The tests that a project carries are worth what they find: each of these changes breaks the service in a way that its
 * users would notice, and the named test has to fail.
 */
const run = promisify(execFile);
const repository = join(import.meta.dirname, '../..');

interface Mutation {
  readonly file: string;
  readonly from: string;
  readonly to: string;
  /** The test module, and the test that fails. */
  readonly caughtBy: readonly [module: string, test: string];
}

const mutations: Readonly<Record<string, Mutation>> = {
  'the model’s call goes unanswered': {
    file: 'app/workflows/support_chat.py',
    from: 'if call := answer["function_call"]:',
    to: 'if (call := answer["function_call"]) and not call:',
    caughtBy: ['support_chat', 'test_order_reply_when_the_model_calls_get_order'],
  },
  'a function gets something else than the model asked for': {
    file: 'app/workflows/support_chat.py',
    from: 'number=call["arguments"]["number"]',
    to: 'number="A-1042"',
    caughtBy: ['support_chat', 'test_order_reply_when_the_model_calls_get_order'],
  },
  'text is no longer streamed': {
    file: 'app/workflows/support_chat.py',
    from: 'streamed=ctx.streaming',
    to: 'streamed=False',
    caughtBy: ['support_chat', 'test_a_cut_stream_ends_with_one_error'],
  },
  'a condition is turned round': {
    file: 'app/workflows/second_opinion.py',
    from: 'if input.verdict and',
    to: 'if not input.verdict and',
    caughtBy: ['second_opinion', 'test_decided_when_wants_verdict'],
  },
  'parallel answers are mixed up': {
    file: 'app/workflows/second_opinion.py',
    from: '"pros": pros["content"]',
    to: '"pros": cons["content"]',
    caughtBy: ['second_opinion', 'test_both_sides_when_not_wants_verdict'],
  },
  'a limit is off by one': {
    file: 'app/workflows/triage.py',
    from: '["urgency"] > 3',
    to: '["urgency"] > 4',
    caughtBy: ['triage', 'test_call_back_when_is_urgent'],
  },
  'a status is forgotten': {
    file: 'app/workflows/triage.py',
    from: ', status=202',
    to: '',
    caughtBy: ['triage', 'test_call_back_when_is_urgent'],
  },
  'a tool is not offered': {
    file: 'app/workflows/tools.py',
    from: '[GET_ORDER_TOOL, GET_WEATHER_TOOL]',
    to: '[GET_ORDER_TOOL]',
    caughtBy: ['tools', 'test_agent_calls_get_weather'],
  },
  'the model is not told what its tool gave': {
    file: 'app/nodes/llm/tool_loop.py',
    from: '"content": one.message}',
    to: '"content": ""}',
    caughtBy: ['tools', 'test_agent_calls_get_order'],
  },
  'callers are not told when to ask again': {
    file: 'app/nodes/llm/failures.py',
    from: '{"Retry-After": str(seconds)}',
    to: '{}',
    caughtBy: ['support_chat', 'test_a_rate_limit_is_passed_on'],
  },
  'a refusal passes for an answer': {
    file: 'app/nodes/llm/openai.py',
    from: 'if completion["refusal"] is not None:',
    to: 'if completion["refusal"] == "":',
    caughtBy: ['support_chat', 'test_a_refusal_is_an_error'],
  },
  'a stream leaves out its usage': {
    file: 'app/runtime/streaming.py',
    from: '"usage": ctx.usage.total(),\n        "meta": _meta(ctx),\n        "output"',
    to: '"usage": {},\n        "meta": _meta(ctx),\n        "output"',
    caughtBy: ['support_chat', 'test_a_stream_says_what_one_answer_says'],
  },
};

let folder: string;

beforeAll(() => {
  const workflows = ['examples/support-chat/support-chat', 'examples/second-opinion/second-opinion'];
  const golden = ['branches/triage', 'tools/tools'].map((name) => `tests/codegen/golden/${name}`);
  folder = writeGenerated(
    ...[...workflows, ...golden].map((file) => planOf(join(repository, `${file}.workflow.json`))),
  );
});

afterAll(() => rmSync(folder, { recursive: true }));

async function runTest(module: string, name: string): Promise<string> {
  const args = ['-m', 'pytest', '-q', '-p', 'no:cacheprovider', `tests/test_${module}.py::${name}`];
  const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1' };
  const { stdout } = await run(python, args, { cwd: folder, env }).catch((error: { stdout: string }) => error);
  return stdout;
}

describe('the tests that a project carries', () => {
  test('pass on what was generated', async () => {
    const tests = new Set(Object.values(mutations).map(({ caughtBy: [module] }) => `tests/test_${module}.py`));
    const { stdout } = await run(python, ['-m', 'pytest', '-q', '-p', 'no:cacheprovider', ...tests], { cwd: folder });
    expect(stdout).toMatch(/ passed/u);
  }, 60_000);

  test.each(Object.entries(mutations))(
    'find that %s',
    async (_, { file, from, to, caughtBy: [module, name] }) => {
      const path = join(folder, file);
      const before = readFileSync(path, 'utf8');
      expect(before).toContain(from);
      writeFileSync(path, before.replace(from, to));
      try {
        expect(await runTest(module, name)).toContain(`FAILED tests/test_${module}.py::${name}`);
      } finally {
        writeFileSync(path, before);
      }
    },
    30_000,
  );
});
