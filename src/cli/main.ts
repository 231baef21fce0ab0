import { Processes } from '../host/processes.ts';
import type { CommandContext } from './context.ts';
import { reportFailure } from './failures.ts';
import { runProgram } from './program.ts';
import { openTerminal } from './terminal.ts';

const signalExitCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
const lingerMs = 300;

/** Runs the command that this process was started for, and sets its exit code. */
export async function main(): Promise<void> {
  const processes = new Processes();
  const stop = new AbortController();
  const terminal = openTerminal(process);
  const context: CommandContext = {
    terminal,
    processes,
    env: process.env,
    cwd: process.cwd(),
    signal: stop.signal,
    onProgress: (text) => terminal.progress(text),
  };
  let signalExitCode: number | undefined;

  process.on('exit', () => processes.killAll());
  for (const [name, code] of Object.entries(signalExitCodes)) {
    process.on(name, () => {
      if (signalExitCode !== undefined) process.exit(code);
      signalExitCode = code;
      stop.abort();
    });
  }
  // The reader has gone, as in `catalyst nodes | head`.
  process.stdout.on('error', () => process.exit(0));

  try {
    process.exitCode = await runProgram(process.argv.slice(2), context);
  } catch (error) {
    if (signalExitCode === undefined) process.exitCode = reportFailure(error, context);
  }
  if (signalExitCode !== undefined) process.exitCode = signalExitCode;
  // Output drains by itself; nothing else should keep the process, and nothing may.
  setTimeout(() => process.exit(), lingerMs).unref();
}
