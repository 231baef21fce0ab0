import { HostError, UsageError } from '../host/errors.ts';
import { exitCode, type CommandContext } from './context.ts';

/** Says what went wrong in the words of the error, and gives the exit code for it. */
export function reportFailure(error: unknown, { terminal, env }: Pick<CommandContext, 'terminal' | 'env'>): number {
  const { err } = terminal;
  if (error instanceof UsageError || error instanceof HostError) {
    terminal.note(`${err.red('error:')} ${error.message}`);
    terminal.note(`${err.dim('  hint:')} ${error.hint}`);
    if (env['CATALYST_DEBUG']) terminal.note(stackOf(error));
    return error instanceof HostError ? error.exitCode : exitCode.usage;
  }
  terminal.note(`${err.red('error:')} ${error instanceof Error ? error.message : String(error)}`);
  terminal.note(
    env['CATALYST_DEBUG']
      ? stackOf(error)
      : `${err.dim('  hint:')} This is a fault in catalyst itself. Run it again with CATALYST_DEBUG=1 and report what it shows.`,
  );
  return exitCode.machine;
}

function stackOf(error: unknown): string {
  return error instanceof Error && error.stack !== undefined ? error.stack : String(error);
}
