import { emit, plan } from '../../core/codegen/python/index.ts';
import { askedProviders } from '../../core/workflow/index.ts';
import { exitCode, type CommandContext, type ExitCode } from '../context.ts';
import { chooseModelServer } from '../../host/modelServer.ts';
import { requireSound } from '../report.ts';
import { modelOf, printRun, showRun, summaryLine } from '../runEvents.ts';
import { readRunInput, type InputOptions } from '../runInput.ts';
import { requestRun } from '../../host/runRequest.ts';
import { prepareProject, startService, startSimulated } from '../../host/service.ts';
import { requireTrust } from '../trust.ts';
import { withFolders } from '../../host/workflowFolders.ts';
import { loadWorkflow } from '../../host/workflowFiles.ts';

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

  const models = withFolders(path, await chooseModelServer(context, path, askedProviders([checked])));
  if (models.notice !== '') terminal.note(err.dim(models.notice));
  const project = await prepareProject(context, checked, emit(plan(checked)));
  const simulated = await startSimulated(context, project, models);
  const service = await startService(context, project, models, simulated, {
    onLine: (line, stream) => {
      // What custom Python prints helps its author; the answer alone belongs on standard output.
      if (stream === 'stdout') terminal.note(err.dim(line));
    },
  });
  try {
    const events = requestRun(service.url, checked.trigger, input, signal);
    if (options.json) return (await printRun(events, terminal)) ? exitCode.fine : exitCode.runFailed;
    const summary = await showRun(events, terminal, modelOf(checked));
    if (!summary.isDone) return exitCode.runFailed;
    terminal.note(err.dim(summaryLine(summary)));
    return exitCode.fine;
  } finally {
    const server = await simulated?.server;
    await Promise.all([service.stop(), server?.stop()]);
  }
}
