import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

import { planOf } from '../compile.ts';
import { writeGenerated } from './generatedProject.ts';
import { carriedTests } from './projectChecks.ts';

const project = writeGenerated(planOf(join(import.meta.dirname, 'providers/azure-responses.workflow.json')));

afterAll(() => {
  rmSync(project, { recursive: true });
});

test('a project that asks Azure by the Responses API carries that API, and passes its tests', async () => {
  expect(existsSync(join(project, 'app/llm/apis/responses/request.py'))).toBe(true);
  expect(existsSync(join(project, 'app/llm/apis/chat_completions/request.py'))).toBe(false);
  expect(await carriedTests(project)).toMatch(/^7 passed/mu);
});
