// npm test: everything that is checked, format to generated projects. With arguments, vitest alone, which gets them.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { quiet } from './commands.mjs';
import { projectsOfTests, requirementsOfTests } from './projectsOfTests.mjs';
import { root, setUp } from './setup.mjs';
import { developmentPython, runTests, tally } from './tests.mjs';

await setUp({ page: true });
const filter = process.argv.slice(2);
const python = await developmentPython();
const runtime = join(root, 'runtime', 'python');
const catalyst = join(root, 'dist', 'catalyst.js');
const generated = mkdtempSync(join(tmpdir(), 'catalyst-check-'));
const failures = [];
let passed = 0;

const tool = (path, ...args) => [process.execPath, [join(root, 'node_modules', ...path.split('/')), ...args]];
const ruff = (...args) => [python, ['-m', 'ruff', ...args]];
const pyright = (folder) => [...tool('pyright/index.js', '--pythonpath', python, '--project', folder), { cwd: folder }];

try {
  if (filter.length === 0) await checkEverything();
  const tests = await runTests(filter);
  passed += tests.passed;
  const failed = failures.length + tests.failed;
  if (failures.length > 0) console.log(`\nFailed: ${failures.join(', ')}`);
  console.log(`\n${tally({ passed, failed })}`);
  process.exitCode = failed === 0 ? 0 : 1;
} finally {
  rmSync(generated, { recursive: true, force: true });
}

/** In two rows that take about as long, as most of it works on one processor. */
async function checkEverything() {
  await Promise.all([checkExamples(), checkSources()]);
}

async function checkExamples() {
  await checkProjects('examples', examples());
  for (const each of requirementsOfTests(join(generated, 'examples'))) await install(each);
  await step('format', ...tool('oxfmt/bin/oxfmt', '--check'));
  await step('types of the core, without Node', ...tool('typescript/bin/tsc', '-p', 'tsconfig.core.json'));
  await step('types', ...tool('typescript/bin/tsc', '-p', 'tsconfig.json'));
  await step("types of the Studio's page", ...tool('typescript/bin/tsc', '-p', 'tsconfig.studio.json'));
}

async function checkSources() {
  await checkPython('runtime', runtime);
  await checkProjects('projects of tests', projectsOfTests());
  await step('lint', ...tool('oxlint/bin/oxlint', '--type-aware', '--deny-warnings'));
  await step('dead code', ...tool('knip/bin/knip.js', '--no-progress'));
  await checkPython('observer', join(root, 'src', 'studio', 'server', 'observer'));
  await checkPython('examples by hand', join(root, 'bench', 'owned'));
}

/** Builds projects into a folder below the generated ones, and checks their Python. */
async function checkProjects(title, projects) {
  const folder = join(generated, title.replaceAll(' ', '-'));
  mkdirSync(folder);
  for (const { name, files } of projects) await buildProject(name, files, join(folder, name));
  typeTogether(
    folder,
    projects.map(({ name }) => name),
  );
  await checkPython(title, folder);
}

async function buildProject(name, files, folder) {
  await step(`build ${name}`, process.execPath, [catalyst, 'build', ...files, '--out', folder]);
}

/** Installs packages, as tests that need them would have to within their time. */
async function install({ name, file }) {
  await step(`packages of ${name}`, process.execPath, [catalyst, 'python', file]);
}

/** Lets one pyright look at many projects, each by itself and as its own settings say, as it then reads the packages once. */
function typeTogether(folder, projects) {
  const settings = {
    typeCheckingMode: 'strict',
    pythonVersion: '3.11',
    ignore: ['*/app/functions'],
    executionEnvironments: projects.map((project) => ({ root: project })),
  };
  writeFileSync(join(folder, 'pyrightconfig.json'), JSON.stringify(settings));
}

async function checkPython(name, folder) {
  await step(`${name}: ruff check`, ...ruff('check', '--no-cache', folder));
  await step(`${name}: ruff format`, ...ruff('format', '--no-cache', '--check', folder));
  await step(`${name}: pyright`, ...pyright(folder));
}

async function step(name, command, args, options) {
  const started = Date.now();
  const { code, output } = await quiet(command, args, options);
  console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
  if (code === 0) passed += 1;
  else {
    console.log(output);
    failures.push(name);
  }
  return code === 0;
}

function examples() {
  const folder = join(root, 'examples');
  const names = existsSync(folder) ? readdirSync(folder).toSorted() : [];
  return names
    .map((name) => ({ name, files: [join(folder, name, `${name}.workflow.json`)] }))
    .filter(({ files: [file] }) => existsSync(file));
}
