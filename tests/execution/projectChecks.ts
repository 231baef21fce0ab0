import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { python } from './generatedProject.ts';

/** What a command said on standard output in a folder, whether or not it succeeded. */
export async function said(command: string, args: readonly string[], cwd: string): Promise<string> {
  const { stdout } = await promisify(execFile)(command, args, { cwd }).catch((error: { stdout: string }) => error);
  return stdout;
}

/** What pytest says of the tests that a project carries. */
export async function carriedTests(project: string): Promise<string> {
  return said(python, ['-m', 'pytest', '-q', '-p', 'no:cacheprovider'], project);
}

/** What pyright says of a project's application, held as strictly as its settings say. */
export async function typesOf(project: string): Promise<string> {
  const pyright = join(import.meta.dirname, '../../node_modules/pyright/index.js');
  return said(process.execPath, [pyright, '--pythonpath', python, 'app'], project);
}
