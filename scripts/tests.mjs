import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { capture, show } from './commands.mjs';
import { root } from './setup.mjs';

const reports = join(root, 'coverage');
/** Per cent of lines, of `src/core` and of the Python runtime alike. */
const leastCoverage = 90;

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
  if (vitestArguments.length === 0 && !isCovered()) compiler.failed += 1;
  return { passed: compiler.passed + runtime.passed, failed: compiler.failed + runtime.failed };
}

/** Prints how many lines of the core the tests have run; false when they are too few. */
function isCovered() {
  const summary = join(reports, 'coverage-summary.json');
  if (!existsSync(summary)) return false;
  const core = Object.entries(JSON.parse(readFileSync(summary, 'utf8'))).filter(([file]) =>
    file.replaceAll('\\', '/').includes('/src/core/'),
  );
  const sum = (key) => core.reduce((total, [, { lines }]) => total + lines[key], 0);
  const percent = (100 * sum('covered')) / sum('total');
  console.log(`src/core: ${percent.toFixed(1)} % of ${sum('total')} lines covered (at least ${leastCoverage} %)`);
  return percent >= leastCoverage;
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
  const coverage = ['--cov=app', '--cov-report=term:skip-covered', `--cov-fail-under=${leastCoverage}`];
  const code = await show(python, ['-m', 'pytest', '-q', ...coverage, `--junitxml=${report}`], {
    cwd: join(root, 'runtime', 'python'),
  });
  if (!existsSync(report)) return { passed: 0, failed: 1 };
  const suite = /<testsuite [^>]*>/.exec(readFileSync(report, 'utf8'))?.[0] ?? '';
  const count = (name) => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(suite)?.[1] ?? 0);
  const failed = count('failures') + count('errors');
  const passed = count('tests') - failed - count('skipped');
  return { passed, failed: code === 0 ? failed : Math.max(failed, 1) };
}
