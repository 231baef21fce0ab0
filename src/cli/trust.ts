import type { CheckedWorkflow } from '../core/workflow/index.ts';
import { UsageError } from '../host/errors.ts';
import { customPython, isTrusted, recordTrust } from '../host/trust.ts';
import type { LoadedWorkflow } from '../host/workflowFiles.ts';
import type { CommandContext } from './context.ts';

/**
 * Makes sure that the custom Python of a workflow, and of those it calls, may run: it comes with Catalyst, `--trust` or CATALYST_TRUST=1 says so, or the
 * user agreed to this very code before, or does so now. Throws a UsageError otherwise.
 */
export async function requireTrust(
  context: CommandContext,
  { path, checked }: LoadedWorkflow & { readonly checked: CheckedWorkflow },
  trusted: boolean,
): Promise<void> {
  if (await isTrusted(context.env, path, checked)) return;
  if (!trusted && context.env['CATALYST_TRUST'] !== '1') await askForTrust(context, path, checked);
  recordTrust(context.env, checked);
}

async function askForTrust(
  { terminal, signal }: CommandContext,
  path: string,
  checked: CheckedWorkflow,
): Promise<void> {
  const { err } = terminal;
  const places = customPython(checked).map(({ workflow, node, file, code }) => {
    const where = workflow === checked.file.name ? node : `${workflow}, ${node}`;
    return `  ${where}: ${file ?? 'Python inside the workflow file'} (${code.split('\n').length} lines)`;
  });
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
