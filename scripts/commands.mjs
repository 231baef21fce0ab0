import { spawn } from 'node:child_process';

import { root } from './setup.mjs';

/** Runs a command with its output on the screen and gives its exit code. */
export async function show(command, args, options = {}) {
  return ended(spawn(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], ...options }));
}

/** Runs a command and gives its exit code and standard output; standard error goes to the screen. */
export async function capture(command, args, options = {}) {
  const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'], ...options });
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text));
  return { code: await ended(child), stdout };
}

/** Runs a command quietly and gives its exit code and everything it wrote. */
export async function quiet(command, args, options = {}) {
  const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], ...options });
  let output = '';
  const add = (text) => (output += text);
  child.stdout.setEncoding('utf8').on('data', add);
  child.stderr.setEncoding('utf8').on('data', add);
  return { code: await ended(child), output };
}

function ended(child) {
  return new Promise((resolve) => {
    child.on('error', (error) => {
      process.stderr.write(`${error.message}\n`);
      resolve(1);
    });
    child.on('close', (code) => resolve(code ?? 1));
  });
}
