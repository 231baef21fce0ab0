import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';

import { planOf } from '../compile.ts';
import { diagnose } from '../workflow/workflows.ts';
import { python, startGenerated, writeGenerated } from './generatedProject.ts';
import { carriedTests, said } from './projectChecks.ts';

/* A workflow that Claude alone answers: its project carries the Messages API, and nothing of OpenAI. */

const file = join(import.meta.dirname, 'claude.workflow.json');

test('the workflow has no findings', () => {
  expect(diagnose(readFileSync(file, 'utf8'))).toEqual([]);
});

describe('the generated project', () => {
  const project = writeGenerated(planOf(file));

  afterAll(() => {
    rmSync(project, { recursive: true });
  });

  test('names the provider, its API and its account alone', () => {
    const parts = readFileSync(join(project, 'app/llm/parts.py'), 'utf8');
    expect(parts).toContain('ANTHROPIC = anthropic(MESSAGES, parts=PARTS, models=ANTHROPIC_MODELS)');
    expect(parts).not.toContain('openai');
    const example = readFileSync(join(project, '.env.example'), 'utf8');
    expect(example.match(/^\w+=$/gmu)).toEqual([
      'ANTHROPIC_API_KEY=',
      'ANTHROPIC_BASE_URL=',
      'ROOT_PATH=',
      'TRUSTED_PROXIES=',
    ]);
  });

  test('passes the tests that it carries', async () => {
    const output = await carriedTests(project);
    expect(output).toMatch(/\d+ passed/u);
    expect(output).not.toMatch(/failed|error|skipped/u);
  }, 120_000);

  test('is well laid out', async () => {
    expect(await said(python, ['-m', 'ruff', 'check', '.'], project)).toContain('All checks passed!');
    expect(await said(python, ['-m', 'ruff', 'format', '--check', '.'], project)).toContain('already formatted');
  }, 120_000);

  test('streams thoughts, calls, results and text, and one end', async () => {
    const simulated = await startGenerated(project);
    const service = await startGenerated(project, {
      upstream: simulated.upstreamUrl ?? '',
      env: { ANTHROPIC_API_KEY: 'sk-test', ANTHROPIC_BASE_URL: simulated.upstreamUrl },
    });
    try {
      const answer = await fetch(`${service.url}/chat`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
        body: '{"message":"Where are the orders A-1 and B-2?"}',
      });
      const events = [...(await answer.text()).matchAll(/^event: (?<name>.*)\ndata: (?<data>.*)$/gmu)];
      const names = events.map(({ groups }) => groups?.['name']);
      expect(new Set(names)).toEqual(
        new Set(['reasoning', 'function_call_delta', 'function_call', 'tool_result', 'token', 'usage', 'done']),
      );
      expect(JSON.parse(events.at(-1)?.groups?.['data'] ?? '')).toMatchObject({ output: { by: 'anthropic' } });
    } finally {
      await service.stop();
      await simulated.stop();
    }
  }, 60_000);
});
