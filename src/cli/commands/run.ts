import { emit, plan } from '../../core/codegen/python/index.ts';
import { askedProviders, inputOf } from '../../core/workflow/index.ts';
import { exitCode, type CommandContext, type ExitCode } from '../context.ts';
import { chooseModelServer } from '../../host/modelServer.ts';
import { requireSound } from '../report.ts';
import { BackgroundRun, type BackgroundEnd } from '../backgroundRun.ts';
import type { Terminal } from '../terminal.ts';
import { visitorOf } from '../../host/door/visitor.ts';
import { modelOf, printRun, showRun, summaryLine } from '../runEvents.ts';
import { readRunInput, type InputOptions } from '../runInput.ts';
import { requestRun } from '../../host/runRequest.ts';
import { prepareProject, startService, startSimulated } from '../../host/service.ts';
import { tellingWaits } from '../openWaits.ts';
import { runsToken } from '../../host/keptRuns.ts';
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
  const input = await readRunInput(options, inputOf(checked.trigger), process.stdin);
  await requireTrust(context, loaded, options.trust ?? false);

  const chosen = withFolders(path, await chooseModelServer(context, path, askedProviders([checked])));
  const visitor = await visitorOf(checked, chosen.env);
  const models = { ...chosen, env: { ...chosen.env, ...visitor.env } };
  if (models.notice !== '') terminal.note(err.dim(models.notice));
  const project = await prepareProject(context, checked, emit(plan(checked)));
  const background = new BackgroundRun();
  const simulated = await startSimulated(context, project, models);
  const service = await startService(context, project, models, simulated, {
    onLine: (line, stream) => {
      // What custom Python prints helps its author; the answer alone belongs on standard output.
      if (stream === 'stdout') terminal.note(err.dim(line));
      else background.read(line);
    },
  });
  try {
    const asked = requestRun(service.url, checked.trigger, input, signal, visitor);
    const token = runsToken(models.env);
    const told =
      checked.file.durable === true ? tellingWaits(asked, { url: service.url, token, signal }, terminal) : asked;
    const events = background.answeredBy(told);
    if (options.json) {
      const isDone = await printRun(events, terminal);
      return isDone && endedWell(await background.ended(signal)) ? exitCode.fine : exitCode.runFailed;
    }
    const summary = await showRun(events, terminal, modelOf(checked));
    const later = summary.isDone ? await background.ended(signal) : undefined;
    if (later !== undefined) showLater(later, terminal);
    if (!summary.isDone || !endedWell(later)) return exitCode.runFailed;
    terminal.note(err.dim(summaryLine(summary)));
    return exitCode.fine;
  } finally {
    const server = await simulated?.server;
    await Promise.all([service.stop(), server?.stop(), visitor.close()]);
  }
}

function endedWell(end: BackgroundEnd | undefined): boolean {
  return end === undefined || end.outcome === 'ok';
}

/** How a run has ended that nobody waited for. */
function showLater({ outcome, detail, hint }: BackgroundEnd, terminal: Terminal): void {
  const { err } = terminal;
  if (outcome === 'ok') {
    terminal.note(err.dim('The run that was accepted has ended well; its answer goes to nobody.'));
    return;
  }
  terminal.note(`${err.red('error:')} The run that was accepted has failed (${outcome}). ${detail ?? ''}`.trimEnd());
  if (hint !== undefined) terminal.note(`${err.dim('  hint:')} ${hint}`);
}
