import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { stripVTControlCharacters } from 'node:util';

/** The folder of the repository. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** What the command line is built from. */
const sources = ['src', 'runtime/python', 'vite.config.ts', 'package.json', 'package-lock.json', 'tsconfig.json'];
/** What the Studio's page is built from; the rest of `src` is not in it. */
const pageSources = [
  'src/core',
  'src/studio/protocol',
  'src/studio/web',
  'runtime/python',
  'vite.studio.config.ts',
].concat(['package.json', 'package-lock.json', 'tsconfig.json']);
const notSources = /^(__pycache__|\..*_cache|\.venv)$|\.pyc$/;
const progressAfterMs = 2000;

/**
 * Brings a fresh or changed clone into a state in which the command line runs: Node new enough, dependencies installed as the
 * lockfile says, sources built. Takes a few hundredths of a second when nothing has changed. Exits with 3 when something is missing.
 * @param options.page whether the Studio's page is needed too
 */
export async function setUp({ page = false } = {}) {
  requireNode();
  await installDependencies();
  await buildCommandLine();
  if (page) await buildPage();
}

export function requireNode() {
  const wanted = [20, 19];
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > wanted[0] || (major === wanted[0] && minor >= wanted[1])) return;
  fail(
    `Node ${process.versions.node} is too old: Catalyst needs Node ${wanted.join('.')} or newer.`,
    'Install a newer one from https://nodejs.org or with your version manager (nvm install 22, fnm install 22).',
  );
}

async function installDependencies() {
  const stamp = join(root, 'node_modules', '.catalyst-installed');
  const hash = hashOf([join(root, 'package-lock.json'), join(root, 'package.json')]);
  if (readIfThere(stamp) === hash) return;
  if (isInstalled()) return writeFileSync(stamp, hash);
  const [command, ...first] = npmCommand();
  const options = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const { code, output } = await runStep('Installing dependencies (npm ci)', command, [...first, ...options]);
  if (code !== 0)
    fail(`npm ci failed:\n${output}`, 'npm takes proxies and registries from your .npmrc; see npm help config.');
  writeFileSync(stamp, hash);
}

/** Whether node_modules holds just what the lockfile says, as after an `npm install` by hand; npm keeps its own list there. */
function isInstalled() {
  const installed = packagesIn('node_modules/.package-lock.json');
  const locked = packagesIn('package-lock.json').filter(([path]) => path !== '');
  const versions = new Map(installed.map(([path, { version }]) => [path, version]));
  const expected = locked.filter(([path, { optional }]) => !optional || versions.has(path));
  return expected.length === versions.size && expected.every(([path, { version }]) => versions.get(path) === version);
}

function packagesIn(lockfile) {
  return Object.entries(JSON.parse(readIfThere(join(root, lockfile)) ?? '{}').packages ?? {});
}

/** npm by its own file where it started us: that needs no shell on Windows. */
function npmCommand() {
  const file = process.env.npm_execpath;
  if (file?.endsWith('npm-cli.js')) return [process.execPath, file];
  return process.platform === 'win32' ? ['cmd', '/c', 'npm'] : ['npm'];
}

async function buildCommandLine() {
  const result = join('dist', 'catalyst.js');
  if (await buildAnew('Building catalyst', 'vite.config.ts', sources, result, join('dist', '.built-from')))
    removeOldChunks();
}

async function buildPage() {
  const stamp = join('dist', 'studio', '.built-from');
  await buildAnew(
    "Building the Studio's page",
    'vite.studio.config.ts',
    pageSources,
    join('dist', 'studio', 'index.html'),
    stamp,
  );
}

/** Builds unless the result is of these very sources; says whether it had to. */
async function buildAnew(title, config, from, result, stamp) {
  const hash = hashOf(from.flatMap((path) => filesBelow(path)));
  if (readIfThere(join(root, stamp)) === hash && existsSync(join(root, result))) return false;
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  const args = [vite, 'build', '-c', config, '--logLevel', 'error'];
  // Who builds may be a test; what is built is not.
  const env = { ...process.env, NODE_ENV: 'production' };
  const { code, output } = await runStep(title, process.execPath, args, env);
  if (code !== 0)
    fail(`The build failed:\n${output}`, 'Undo what you last changed in src, or mend what is named above.');
  writeFileSync(join(root, stamp), hash);
  return true;
}

/** A build writes all its chunks anew; what has been lying about for an hour belongs to an earlier one. */
function removeOldChunks() {
  const folder = join(root, 'dist', 'chunks');
  for (const name of readdirSync(folder)) {
    const chunk = join(folder, name);
    if (Date.now() - statSync(chunk).mtimeMs > 3_600_000) rmSync(chunk, { force: true });
  }
}

/** Runs the built command line in this process. */
export async function runCommandLine(args) {
  process.argv = [process.argv[0], join(root, 'dist', 'catalyst.js'), ...args];
  await import(pathToFileURL(process.argv[1]).href);
}

/** Runs a command quietly; says what it is doing when that takes longer than two seconds, and gives its output. */
async function runStep(title, command, args, env = process.env) {
  const started = Date.now();
  let shown = false;
  const tick = setInterval(() => {
    if (Date.now() - started < progressAfterMs) return;
    if (process.stderr.isTTY) process.stderr.write(`\r${title} … ${Math.round((Date.now() - started) / 1000)} s`);
    else if (!shown) process.stderr.write(`${title} …\n`);
    shown = true;
  }, 500);
  const child = spawn(command, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const stop = (signal) => child.kill(signal);
  process.on('SIGINT', stop).on('SIGTERM', stop);
  let output = '';
  child.stdout.on('data', (text) => (output += text));
  child.stderr.on('data', (text) => (output += text));
  const code = await new Promise((resolve) => {
    child.on('error', (error) => {
      output += error.message;
      resolve(1);
    });
    child.on('close', (exitCode, signal) => resolve(signal === null ? exitCode : 'stopped'));
  });
  clearInterval(tick);
  process.off('SIGINT', stop).off('SIGTERM', stop);
  if (shown && process.stderr.isTTY) process.stderr.write('\r\u001b[2K');
  if (code === 'stopped') process.exit(130);
  // rolldown colours its errors whatever NO_COLOR says.
  const shownOutput = process.stderr.isTTY ? output : stripVTControlCharacters(output);
  return { code, output: shownOutput.trim() };
}

function filesBelow(path) {
  const place = join(root, path);
  if (!existsSync(place)) return [];
  if (!statSync(place).isDirectory()) return [place];
  const names = readdirSync(place).toSorted();
  return names.flatMap((name) => (notSources.test(name) ? [] : filesBelow(`${path}/${name}`)));
}

function hashOf(paths) {
  const hash = createHash('sha256').update(process.versions.node.split('.')[0]);
  for (const path of paths) hash.update(path.slice(root.length)).update('\0').update(readFileSync(path)).update('\0');
  return hash.digest('hex');
}

function readIfThere(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

function fail(message, hint) {
  process.stderr.write(`error: ${message}\n  hint: ${hint}\n`);
  process.exit(3);
}
