// npm test: everything that is checked, format to generated projects. With arguments, vitest alone, which gets them.
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { quiet } from './commands.mjs';
import { projectsOfTests, requirementsOfTests } from './projectsOfTests.mjs';
import { root, setUp } from './setup.mjs';
import { developmentPython, runTests, tally } from './tests.mjs';
import { TypedOnce } from './typedOnce.mjs';

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
  await Promise.all([checkProjects(), checkSources()]);
}

/** Builds the examples and the projects of tests, and checks their Python. */
async function checkProjects() {
  const projects = { examples: examples(), 'projects of tests': projectsOfTests() };
  const once = new TypedOnce();
  once.add(runtime);
  const typed = [];
  const roots = [];
  for (const [title, each] of Object.entries(projects))
    for (const { name, files } of each) {
      const folder = join(title.replaceAll(' ', '-'), name);
      await buildProject(name, files, join(generated, folder));
      roots.push(folder);
      typed.push(...once.add(join(generated, folder)).map((path) => join(folder, path)));
    }
  for (const each of requirementsOfTests(join(generated, 'examples'))) await install(each);
  typeTogether(roots, typed);
  await checkPython('projects', generated);
}

async function checkSources() {
  await checkPython('runtime', runtime);
  await step('format', ...tool('oxfmt/bin/oxfmt', '--check'));
  await step('types of the core, without Node', ...tool('typescript/bin/tsc', '-p', 'tsconfig.core.json'));
  await step('types', ...tool('typescript/bin/tsc', '-p', 'tsconfig.json'));
  await step("types of the Studio's page", ...tool('typescript/bin/tsc', '-p', 'tsconfig.studio.json'));
  await step('lint', ...tool('oxlint/bin/oxlint', '--type-aware', '--deny-warnings'));
  await step('dead code', ...tool('knip/bin/knip.js', '--no-progress'));
  await checkPython('observer', join(root, 'src', 'studio', 'server', 'observer'));
  await checkPython('examples by hand', join(root, 'bench', 'owned'));
}

async function buildProject(name, files, folder) {
  await step(`build ${name}`, process.execPath, [catalyst, 'build', ...files, '--out', folder]);
}

/** Installs packages, as tests that need them would have to within their time. */
async function install({ name, file }) {
  await step(`packages of ${name}`, process.execPath, [catalyst, 'python', file]);
}

/**
 * Lets one pyright look at many projects, each by itself and as its own settings say, as it then reads the packages once.
 * @param roots the folders of the projects
 * @param files those that it has to look at
 */
function typeTogether(roots, files) {
  const settings = {
    typeCheckingMode: 'strict',
    pythonVersion: '3.11',
    include: files,
    ignore: ['*/*/app/functions'],
    executionEnvironments: roots.map((project) => ({ root: project })),
  };
  writeFileSync(join(generated, 'pyrightconfig.json'), JSON.stringify(settings));
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
