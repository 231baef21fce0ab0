import { join, resolve } from 'node:path';

import { emitWith, plan } from '../../core/codegen/python/index.ts';
import { askedProviders } from '../../core/workflow/index.ts';
import attached from '../../host/attached.py?raw';
import { chooseModelServer } from '../../host/modelServer.ts';
import { isolated } from '../../host/python/paths.ts';
import { prepareProject, simulatedAccounts, startSimulated } from '../../host/service.ts';
import { loadWorkflow } from '../../host/workflowFiles.ts';
import { withFolders } from '../../host/workflowFolders.ts';
import { exitCode, type CommandContext } from '../context.ts';
import { requireSound } from '../report.ts';
import { requireTrust } from '../trust.ts';

interface BatchOptions {
  readonly input: string;
  readonly out?: string;
  readonly check?: boolean;
  readonly concurrency?: string;
  readonly maxCost?: string;
  readonly retryFailed?: boolean;
  readonly providerBatch?: boolean;
  readonly poll?: string;
  readonly engine?: string;
  readonly log?: string;
  readonly trust?: boolean;
  readonly json?: boolean;
}

/** Runs a workflow for each row of a file, by `python -m app.batch` of the project that `build --with batch` would write. */
export async function batch(context: CommandContext, path: string, options: BatchOptions): Promise<number> {
  const { cwd, processes, signal, terminal } = context;
  const loaded = await loadWorkflow(path);
  if (!requireSound(context, loaded)) return exitCode.workflowErrors;
  const { checked } = loaded;
  await requireTrust(context, loaded, options.trust ?? false);
  const models = withFolders(path, await chooseModelServer(context, path, askedProviders([checked])));
  if (models.notice !== '') terminal.note(terminal.err.dim(models.notice));
  const folder = join(cwd, '.catalyst', `${checked.file.name}-batch`);
  const project = await prepareProject(context, checked, emitWith(['batch'], plan(checked)), folder);
  const simulated = options.check ? undefined : await startSimulated(context, project, models);
  const server = await simulated?.server;
  const stoodInFor = models.answerers.filter(({ kind }) => kind === 'simulated').map(({ provider }) => provider);
  const env = { ...models.env, ...(simulated && simulatedAccounts(stoodInFor, simulated.origin, models.env)) };
  try {
    const started = ['-c', attached, 'app.batch', checked.file.name, ...argumentsOf()];
    const environment = { ...isolated(env), PYTHONUTF8: '1' };
    const ended = await processes.attach(project.python, started, { cwd: project.folder, env: environment, signal });
    return ended ?? exitCode.runFailed;
  } finally {
    await server?.stop();
  }

  /** As Python has them; it is started elsewhere, so paths are whole. */
  function argumentsOf(): readonly string[] {
    const { input, out, log, concurrency, maxCost, poll, engine } = options;
    const files = { '--input': input, '--out': out, '--log': log };
    const values = { '--concurrency': concurrency, '--max-cost': maxCost, '--poll': poll, '--engine': engine };
    const { check, retryFailed, providerBatch, json } = options;
    const flags = {
      '--check': check,
      '--retry-failed': retryFailed,
      '--provider-batch': providerBatch,
      '--json': json,
    };
    return [
      ...Object.entries(files).flatMap(([name, file]) => (file === undefined ? [] : [name, resolve(cwd, file)])),
      ...Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [name, value])),
      ...Object.entries(flags).flatMap(([name, isSet]) => (isSet ? [name] : [])),
    ];
  }
}
