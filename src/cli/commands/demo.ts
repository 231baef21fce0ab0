import { emit, plan } from '../../core/codegen/python/index.ts';
import { askedProviders, endpointOf } from '../../core/workflow/index.ts';
import { join, relative } from 'node:path';

import { packageFolder } from '../../host/packageFolder.ts';
import { exitCode, type CommandContext, type ExitCode } from '../context.ts';
import { chooseModelServer } from '../../host/modelServer.ts';
import { requireSound } from '../report.ts';
import { modelOf, showRun, summaryLine } from '../runEvents.ts';
import { requestRun } from '../../host/runRequest.ts';
import { shellLine } from '../../core/curlLine.ts';
import { prepareProject, startService, startSimulated } from '../../host/service.ts';
import { loadWorkflow } from '../../host/workflowFiles.ts';

const question = 'How do I return a pair of shoes that does not fit?';

/** Shows the whole way once: compile an example, start its service, ask it over HTTP and stream the answer. */
export async function demo(context: CommandContext): Promise<ExitCode> {
  const { terminal, cwd, signal } = context;
  const { out } = terminal;
  const example = join(packageFolder(), 'examples', 'support-chat', 'support-chat.workflow.json');
  const shown = relative(cwd, example);
  const loaded = await loadWorkflow(example);
  if (!requireSound(context, loaded)) return exitCode.workflowErrors;
  const { checked } = loaded;
  const models = await chooseModelServer(context, example, askedProviders([checked]), 'always');

  terminal.print(`${out.bold('1')} Compiling ${shown}`);
  const project = await prepareProject(context, checked, emit(plan(checked)));
  const folder = relative(cwd, project.folder);
  terminal.print(`${out.bold('2')} Starting the generated service in ${folder}`);
  terminal.print(`  ${out.yellow(models.notice)}`);
  const simulated = await startSimulated(context, project, models);
  const service = await startService(context, project, models, simulated);
  try {
    const { method, path } = endpointOf(checked.trigger);
    const input = { message: question };
    terminal.print(`${out.bold('3')} ${method} ${new URL(path, service.url).href} ${JSON.stringify(input)}\n`);
    const summary = await showRun(requestRun(service.url, checked.trigger, input, signal), terminal, modelOf(checked));
    if (!summary.isDone) return exitCode.runFailed;
    terminal.print(`\n${out.dim(summaryLine(summary))}`);
  } finally {
    const server = await simulated?.server;
    await Promise.all([service.stop(), server?.stop()]);
  }
  terminal.print(`
The service is plain Python: read ${join(folder, 'app', 'workflows', 'support_chat.py')}

Try next:
  npm run studio     (opens the examples in the browser: draw, run, watch)
  ${start('run', shown, '--input', 'message=Where is order A-1042?')}
  ${start('dev', shown)}
  ${start('build', shown, '--out', 'service')}
  ${start('new', 'my-bot')}
  ${start('--help')}`);
  return exitCode.fine;
}

function start(...words: string[]): string {
  return `npm start -- ${shellLine(words)}`;
}
