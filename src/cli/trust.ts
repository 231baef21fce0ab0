import { createHash } from 'node:crypto';
import { access } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';

import { withCalled, type CheckedWorkflow } from '../core/workflow/index.ts';
import { writeAtomically } from '../host/atomicFile.ts';
import { cacheFolder } from '../host/cacheFolder.ts';
import type { CommandContext } from './context.ts';
import { UsageError } from './failures.ts';
import { packageFolder } from './packageFolder.ts';
import type { LoadedWorkflow } from './workflowFiles.ts';

/**
 * Makes sure that the custom Python of a workflow, and of those it calls, may run: it comes with Catalyst, `--trust` or CATALYST_TRUST=1 says so, or the
 * user agreed to this very code before, or does so now. Throws a UsageError otherwise.
 */
export async function requireTrust(
  context: CommandContext,
  { path, checked }: LoadedWorkflow & { readonly checked: CheckedWorkflow },
  trusted: boolean,
): Promise<void> {
  if (!hasPython(checked)) return;
  const record = recordOf(checked, context.env);
  if (isShipped(path) || (await exists(record))) return;
  if (!trusted && context.env['CATALYST_TRUST'] !== '1') await askForTrust(context, path, checked);
  writeAtomically(record, '');
}

/** Remembers the custom Python of a workflow as agreed to. */
export function recordTrust(context: CommandContext, checked: CheckedWorkflow): void {
  if (hasPython(checked)) writeAtomically(recordOf(checked, context.env), '');
}

async function askForTrust(
  { terminal, signal }: CommandContext,
  path: string,
  checked: CheckedWorkflow,
): Promise<void> {
  const { err } = terminal;
  const places = withCalled(checked).flatMap(({ file, functions }) =>
    [...functions].map(([node, { code }]) => {
      const config = file.nodes.find(({ id }) => id === node)?.config;
      const source = config !== undefined && 'file' in config ? config.file : undefined;
      const where = file === checked.file ? node : `${file.name}, ${node}`;
      return `  ${where}: ${source ?? 'Python inside the workflow file'} (${code.split('\n').length} lines)`;
    }),
  );
  const question = `${path} runs Python of its own on this machine, with your rights:\n${places.join('\n')}`;
  if (!terminal.isInteractive)
    throw new UsageError(question, 'Read it first. When it may run, say --trust or set CATALYST_TRUST=1.');
  terminal.note(question);
  const answer = await terminal.ask(`${err.bold('Run it?')} [y/N] `, signal);
  if (!/^y(es)?$/i.test(answer.trim()))
    throw new UsageError(
      `${path} was not run.`,
      'catalyst check and catalyst build look at a workflow without running it.',
    );
}

function hasPython(checked: CheckedWorkflow): boolean {
  return withCalled(checked).some(({ functions }) => functions.size > 0);
}

/** The arguments count as well: what a function does can hang on what it is given. */
function recordOf(checked: CheckedWorkflow, env: NodeJS.ProcessEnv): string {
  const all = withCalled(checked);
  const nodes = all.flatMap(({ file, functions, calls }) =>
    file.nodes.filter(({ id }) => functions.has(id) || calls.has(id)).map(({ id, config }) => [id, config]),
  );
  const code = all.flatMap(({ functions }) => [...functions].map(([id, definition]) => [id, definition.code]));
  const hash = createHash('sha256')
    .update(JSON.stringify([nodes, code]))
    .digest('hex');
  return join(cacheFolder(env), 'trusted', hash);
}

function isShipped(path: string): boolean {
  return dirname(resolve(path)).startsWith(join(packageFolder(), 'examples') + sep);
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
