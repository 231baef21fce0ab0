import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { python } from './generatedProject.ts';

/** What a command said on standard output in a folder, whether or not it succeeded. */
export async function said(
  command: string,
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  const options = { cwd, env };
  const { stdout } = await promisify(execFile)(command, args, options).catch((error: { stdout: string }) => error);
  return stdout;
}

/** What pytest says of the tests that a project carries, where the environment names a proxy, which is not there. */
export async function carriedTests(project: string): Promise<string> {
  const env = { ...process.env, HTTP_PROXY: 'http://127.0.0.1:9' };
  return said(python, ['-m', 'pytest', '-q', '-p', 'no:cacheprovider'], project, env);
}

/** What pyright says of a project's application, held as strictly as its settings say. */
export async function typesOf(project: string): Promise<string> {
  const pyright = join(import.meta.dirname, '../../node_modules/pyright/index.js');
  return said(process.execPath, [pyright, '--pythonpath', python, 'app'], project);
}
