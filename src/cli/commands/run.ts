import { exitCode, type CommandContext, type ExitCode } from '../context.ts';
import { chooseModelServer, type ModelServer } from '../modelServer.ts';
import { requireSound } from '../report.ts';
import { showRun, summaryLine } from '../runEvents.ts';
import { readRunInput, type InputOptions } from '../runInput.ts';
import { requestRun } from '../runRequest.ts';
import { prepareProject, startService, startSimulated } from '../service.ts';
import { requireTrust } from '../trust.ts';
import { loadWorkflow } from '../workflowFiles.ts';

interface RunOptions extends InputOptions {
  readonly trust?: boolean;
  readonly json?: boolean;
}

/** Runs a workflow once, as the service that `build` would write, and streams its answer to standard output. */
export async function runWorkflow(context: CommandContext, path: string, options: RunOptions): Promise<ExitCode> {
  const { terminal, signal } = context;
  const { err } = terminal;
  const loaded = await loadWorkflow(path);
  if (!requireSound(context, loaded)) return exitCode.workflowErrors;
  const { checked } = loaded;
  const input = await readRunInput(options, checked.trigger.config.inputSchema, process.stdin);
  await requireTrust(context, loaded, options.trust ?? false);

  const models = await chooseModelServer(context, path);
  terminal.note(err.dim(models.notice));
  noteMissingEnv(context, checked.file.env, models);
  const project = await prepareProject(context, checked);
  const simulated = await startSimulated(context, project, models);
  const service = await startService(context, project, models, simulated);
  try {
    const events = requestRun(service.url, checked.trigger, input, signal);
    const summary = await showRun(events, terminal, options);
    terminal.note(err.dim(summaryLine(summary)));
    return summary.outcome === 'done' ? exitCode.fine : exitCode.runFailed;
  } finally {
    const server = await simulated?.server;
    await Promise.all([service.stop(), server?.stop()]);
  }
}

/** Says which variables a workflow reads that nobody has set, before the run fails on them. */
export function noteMissingEnv({ terminal }: CommandContext, names: readonly string[], { env }: ModelServer): void {
  const missing = names.filter((name) => env[name] === undefined);
  if (missing.length === 0) return;
  const how = 'Set it in the environment or in .env beside the workflow file.';
  terminal.note(terminal.err.yellow(`The workflow reads ${missing.join(', ')}, which nobody has set. ${how}`));
}
