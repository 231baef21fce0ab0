import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

import { plan, type Plan } from '../../src/core/codegen/python/index.ts';
import { check, parse } from '../../src/core/workflow/index.ts';
import { randomNumbers } from '../workflow/expressions/random.ts';
import { python, writeGenerated } from './generatedProject.ts';
import { randomWorkflow } from './randomWorkflow.ts';

/*
 * The compiler says what every run of a workflow does when it writes the tests of its project; the service has to do so.
 * What was said is worked out from the plan by an evaluator of its own, and what happens is Python over HTTP.
 */
function randomPlans(seed: number, count: number): readonly Plan[] {
  const random = randomNumbers(seed);
  return Array.from({ length: count }, (_, index) => {
    const parsed = parse(randomWorkflow(random, `random-${index}`, 4));
    const checked = parsed.ok ? check(parsed.value, new Map()) : parsed;
    if (!checked.ok) throw new Error(JSON.stringify(checked.diagnostics, null, 1));
    return plan(checked.value);
  });
}

test('random workflows do over HTTP what was worked out for them', async () => {
  const folder = writeGenerated(...randomPlans(7, 8));
  try {
    const args = ['-m', 'pytest', '-q', '-p', 'no:cacheprovider', '-k', 'not (long or refusal or refuses)'];
    const { stdout } = await promisify(execFile)(python, args, { cwd: folder }).catch(
      (error: { stdout: string }) => error,
    );
    expect(stdout).toMatch(/\d+ passed/u);
    expect(stdout).not.toMatch(/failed|error/u);
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 180_000);
