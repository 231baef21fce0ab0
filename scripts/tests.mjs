import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { capture, show } from './commands.mjs';
import { root } from './setup.mjs';

const reports = join(root, 'coverage');

/** The Python that has the runtime's packages and its development tools. Exits with 3 when it cannot be had. */
export async function developmentPython() {
  const requirements = join(root, 'runtime', 'python', 'requirements-dev.txt');
  const catalyst = join(root, 'dist', 'catalyst.js');
  const { code, stdout } = await capture(process.execPath, [catalyst, 'python', requirements]);
  if (code !== 0) process.exit(code);
  return stdout.trim();
}

/** Runs vitest (arguments are passed on to it) and pytest; counts what passed and what failed in both. */
export async function runTests(vitestArguments = []) {
  const python = await developmentPython();
  mkdirSync(reports, { recursive: true });
  const compiler = await runVitest(python, vitestArguments);
  const runtime = vitestArguments.length > 0 ? { passed: 0, failed: 0 } : await runPytest(python);
  console.log(`\ncompiler, host and command line: ${tally(compiler)}\nPython runtime: ${tally(runtime)}`);
  return { passed: compiler.passed + runtime.passed, failed: compiler.failed + runtime.failed };
}

export function tally({ passed, failed }) {
  return `${passed} passed, ${failed} failed`;
}

async function runVitest(python, vitestArguments) {
  const report = join(reports, 'vitest.json');
  rmSync(report, { force: true });
  const code = await show(
    process.execPath,
    [
      join(root, 'node_modules', 'vitest', 'vitest.mjs'),
      'run',
      ...(vitestArguments.length > 0 ? vitestArguments : ['--coverage']),
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
    ],
    { env: { ...process.env, CATALYST_TEST_PYTHON: python } },
  );
  if (!existsSync(report)) return { passed: 0, failed: 1 };
  const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, 'utf8'));
  return { passed: numPassedTests, failed: code === 0 ? numFailedTests : Math.max(numFailedTests, 1) };
}

async function runPytest(python) {
  const report = join(reports, 'pytest.xml');
  rmSync(report, { force: true });
  const code = await show(python, ['-m', 'pytest', '-q', `--junitxml=${report}`], {
    cwd: join(root, 'runtime', 'python'),
  });
  if (!existsSync(report)) return { passed: 0, failed: 1 };
  const suite = /<testsuite [^>]*>/.exec(readFileSync(report, 'utf8'))?.[0] ?? '';
  const count = (name) => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(suite)?.[1] ?? 0);
  const failed = count('failures') + count('errors');
  const passed = count('tests') - failed - count('skipped');
  return { passed, failed: code === 0 ? failed : Math.max(failed, 1) };
}
