import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';

import { capture, show } from './commands.mjs';
import { root } from './setup.mjs';

const reports = join(root, 'coverage');
const coverageSummary = join(reports, 'coverage-summary.json');
/** Per cent of lines, of `src/core` and of the Python runtime alike. */
const leastCoverage = 90;

/** What most tests of the compiler cover is counted; counting makes tests slower by a third, so the others go without. */
const wholeRuns = [
  ['--project', 'compiler', '--coverage', '--coverage.reportOnFailure'],
  ['--project', 'uncounted', '--project', 'whole', '--project', 'replacing'],
];

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
  const runs = vitestArguments.length > 0 ? [vitestArguments] : wholeRuns;
  const compiler = { passed: 0, failed: 0 };
  const failures = [];
  rmSync(coverageSummary, { force: true });
  for (const each of runs) {
    const run = await runVitest(python, each);
    compiler.passed += run.passed;
    compiler.failed += run.failed;
    failures.push(...run.failures);
  }
  const runtime = vitestArguments.length > 0 ? { passed: 0, failed: 0 } : await runPytest(python);
  if (failures.length > 0) console.log(`\n${failures.join('\n')}`);
  console.log(`\ncompiler, host and command line: ${tally(compiler)}\nPython runtime: ${tally(runtime)}`);
  if (vitestArguments.length === 0 && !isCovered()) compiler.failed += 1;
  return { passed: compiler.passed + runtime.passed, failed: compiler.failed + runtime.failed };
}

/** Prints how many lines of the core the tests have run; false when they are too few. */
function isCovered() {
  if (!existsSync(coverageSummary)) return false;
  const { pct, total } = JSON.parse(readFileSync(coverageSummary, 'utf8')).total.lines;
  console.log(`src/core: ${pct} % of ${total} lines covered (at least ${leastCoverage} %)`);
  return pct >= leastCoverage;
}

export function tally({ passed, failed }) {
  return `${passed} passed, ${failed} failed`;
}

/** What failed is named again once all has run (`failures`): what a test printed may be thousands of lines above. */
async function runVitest(python, vitestArguments) {
  const report = join(reports, 'vitest.json');
  rmSync(report, { force: true });
  const code = await show(
    process.execPath,
    [
      join(root, 'node_modules', 'vitest', 'vitest.mjs'),
      'run',
      ...vitestArguments,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
    ],
    // The tests of projects need pytest alone; the plugins of what else lies beside it take seconds to begin.
    { env: { ...process.env, CATALYST_TEST_PYTHON: python, PYTEST_DISABLE_PLUGIN_AUTOLOAD: '1' } },
  );
  const name = `vitest ${vitestArguments.join(' ')}`;
  if (!existsSync(report)) return { passed: 0, failed: 1, failures: [`FAILED ${name}: it wrote no report`] };
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
  const failures = testResults.flatMap(failuresOf);
  if (code !== 0 && failures.length === 0) failures.push(`FAILED ${name}: no test, but an error outside of tests`);
  return { passed: numPassedTests, failed: code === 0 ? numFailedTests : Math.max(numFailedTests, 1), failures };
}

function failuresOf({ name, status, message, assertionResults }) {
  const file = relative(root, name);
  const failed = assertionResults.filter((each) => each.status === 'failed');
  if (status === 'failed' && failed.length === 0) return [`FAILED ${file}: ${firstLine(message)}`];
  return failed.map(
    ({ fullName, failureMessages }) => `FAILED ${file} > ${fullName}: ${firstLine(failureMessages[0])}`,
  );
}

function firstLine(text = '') {
  return text.split('\n', 1)[0];
}

async function runPytest(python) {
  const report = join(reports, 'pytest.xml');
  rmSync(report, { force: true });
  const coverage = ['--cov=app', '--cov-report=term:skip-covered', `--cov-fail-under=${leastCoverage}`];
  const sideBySide = ['-n', '3', '--dist', 'loadfile', '--no-loadscope-reorder'];
  // Its plugin, which begins with each process, takes seconds; the tests of projects use the command.
  const without = ['-p', 'no:schemathesis'];
  const args = ['-m', 'pytest', '-q', ...sideBySide, ...without, ...coverage, `--junitxml=${report}`];
  const code = await show(python, args, { cwd: join(root, 'runtime', 'python') });
  if (!existsSync(report)) return { passed: 0, failed: 1 };
  const suite = /<testsuite [^>]*>/.exec(readFileSync(report, 'utf8'))?.[0] ?? '';
  const count = (name) => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(suite)?.[1] ?? 0);
  const failed = count('failures') + count('errors');
  const passed = count('tests') - failed - count('skipped');
  return { passed, failed: code === 0 ? failed : Math.max(failed, 1) };
}
