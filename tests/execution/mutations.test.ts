import { execFile } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { planOf } from '../compile.ts';
import { python, writeGenerated } from './generatedProject.ts';

/*
 * The tests that a project carries are worth what they find: each of these changes breaks the service in a way that its
 * users would notice, and the named test has to fail. Changes that have nothing to do with each other's tests are made
 * together, because starting pytest takes the most time.
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

const rounds: readonly Readonly<Record<string, Mutation>>[] = [
  {
    'the model’s call goes unanswered': {
      file: 'app/workflows/support_chat.py',
      from: 'if call := answer["function_call"]:',
      to: 'if (call := answer["function_call"]) and not call:',
      caughtBy: ['support_chat', 'test_order_reply_when_the_model_calls_get_order'],
    },
    'a condition is turned round': {
      file: 'app/workflows/second_opinion.py',
      from: 'if inputs.verdict and',
      to: 'if not inputs.verdict and',
      caughtBy: ['second_opinion', 'test_decided_when_wants_verdict'],
    },
    'a limit is off by one': {
      file: 'app/workflows/triage.py',
      from: '["urgency"] > 3',
      to: '["urgency"] > 4',
      caughtBy: ['triage', 'test_call_back_when_is_urgent'],
    },
    'a tool is not offered': {
      file: 'app/workflows/tools.py',
      from: '[GET_ORDER_TOOL, GET_WEATHER_TOOL]',
      to: '[GET_ORDER_TOOL]',
      caughtBy: ['tools', 'test_agent_calls_get_weather'],
    },
  },
  {
    'a function gets something else than the model asked for': {
      file: 'app/workflows/support_chat.py',
      from: 'number=call["arguments"]["number"]',
      to: 'number="A-1042"',
      caughtBy: ['support_chat', 'test_order_reply_when_the_model_calls_get_order'],
    },
    'parallel answers are mixed up': {
      file: 'app/workflows/second_opinion.py',
      from: '"pros": pros["content"]',
      to: '"pros": cons["content"]',
      caughtBy: ['second_opinion', 'test_both_sides_when_not_wants_verdict'],
    },
    'a status is forgotten': {
      file: 'app/workflows/triage.py',
      from: ', status=202',
      to: '',
      caughtBy: ['triage', 'test_call_back_when_is_urgent'],
    },
    'a called workflow finds nothing': {
      file: 'app/workflows/find_order.py',
      from: 'if get_order_result is not None',
      to: 'if get_order_result is None',
      caughtBy: ['find_order', 'test_found_when_is_known'],
    },
    'a called workflow asks a model something else': {
      file: 'app/workflows/classify.py',
      from: '"content": inputs.message',
      to: '"content": ""',
      caughtBy: ['classify', 'test_done_answers'],
    },
  },
  {
    'the model is not offered its function': {
      file: 'app/workflows/support_chat.py',
      from: '    "tools": [{"type": "function", "function": GET_ORDER}],\n',
      to: '',
      caughtBy: ['support_chat', 'test_order_reply_when_the_model_calls_get_order'],
    },
    'a model is asked something else': {
      file: 'app/workflows/second_opinion.py',
      from: "Against:\\n{cons['content']}",
      to: "Against:\\n{pros['content']}",
      caughtBy: ['second_opinion', 'test_decided_when_wants_verdict'],
    },
    'text is no longer streamed': {
      file: 'app/workflows/support_chat.py',
      from: 'streamed=ctx.streaming',
      to: 'streamed=False',
      caughtBy: ['support_chat', 'test_a_cut_stream_ends_with_one_error'],
    },
  },
  {
    'the model is not told what its tool gave': {
      file: 'app/llm/tool_loop.py',
      from: '"content": one.message}',
      to: '"content": ""}',
      caughtBy: ['tools', 'test_agent_calls_get_order'],
    },
    'callers are not told when to ask again': {
      file: 'app/llm/failures.py',
      from: 'found.headers["Retry-After"] = str(max(1, math.ceil(error.retry_after_s)))',
      to: 'pass',
      caughtBy: ['support_chat', 'test_a_rate_limit_is_passed_on'],
    },
    'a refusal passes for an answer': {
      file: 'app/llm/completion.py',
      from: 'if refuse and completion["refusal"] is not None:',
      to: 'if completion["refusal"] == "":',
      caughtBy: ['support_chat', 'test_a_refusal_is_an_error'],
    },
    'a stream leaves out its usage': {
      file: 'app/runtime/streaming.py',
      from: '"finish_reason": sink.finish_reason, **answer}',
      to: '"finish_reason": sink.finish_reason, **answer, "usage": {}}',
      caughtBy: ['support_chat', 'test_a_stream_says_what_one_answer_says'],
    },
  },
];

let folder: string;

beforeAll(() => {
  const workflows = ['support-chat', 'second-opinion', 'help-desk'].map((name) => `examples/${name}/${name}`);
  const golden = ['branches/triage', 'tools/tools'].map((name) => `tests/codegen/golden/${name}`);
  folder = writeGenerated(
    ...[...workflows, ...golden].map((file) => planOf(join(repository, `${file}.workflow.json`))),
  );
});

afterAll(() => rmSync(folder, { recursive: true }));

/** The tests of these that fail. */
async function failing(tests: readonly string[]): Promise<readonly string[]> {
  const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1' };
  const args = ['-m', 'pytest', '-q', '-p', 'no:cacheprovider', ...tests];
  const { stdout } = await run(python, args, { cwd: folder, env }).catch((error: { stdout: string }) => error);
  expect(stdout).toMatch(/\d+ (?:passed|failed)/u);
  return tests.filter((name) => stdout.includes(`FAILED ${name}`));
}

const testOf = ({ caughtBy: [module, name] }: Mutation): string => `tests/test_${module}.py::${name}`;

describe('the tests that a project carries', () => {
  test('pass on what was generated', async () => {
    expect(await failing(rounds.flatMap((round) => Object.values(round).map(testOf)))).toEqual([]);
  }, 120_000);

  test.each(rounds.map((round) => [Object.keys(round).join(', '), round] as const))(
    'find that %s',
    async (_, round) => {
      const before = new Map<string, string>();
      for (const { file, from, to } of Object.values(round)) {
        const path = join(folder, file);
        const text = readFileSync(path, 'utf8');
        expect(text).toContain(from);
        before.set(path, before.get(path) ?? text);
        writeFileSync(path, text.replace(from, to));
      }
      try {
        const tests = Object.values(round).map(testOf);
        expect(await failing(tests)).toEqual(tests);
      } finally {
        for (const [path, text] of before) writeFileSync(path, text);
      }
    },
    120_000,
  );
});
