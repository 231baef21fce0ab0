import { resolve } from 'node:path';

import {
  deployKinds,
  emitWith,
  modelParts,
  neededVariables,
  plan,
  projectParts,
  type ProjectPart,
} from '../../core/codegen/python/index.ts';
import { consumersOf, endpointOf, type CheckedWorkflow } from '../../core/workflow/index.ts';
import type { WriteReport } from '../../host/projectPlan.ts';
import { previewProject, updateProject } from '../../host/projectWriter.ts';
import { exitCode, type CommandContext, type ExitCode } from '../context.ts';
import { UsageError } from '../../host/errors.ts';
import { requireSound } from '../report.ts';
import { shellLine } from '../../core/curlLine.ts';
import { loadWorkflow } from '../../host/workflowFiles.ts';

interface BuildOptions {
  readonly out: string;
  readonly force?: boolean;
  readonly check?: boolean;
  readonly json?: boolean;
  readonly with?: readonly string[];
  readonly deploy?: readonly string[];
}

/** Writes one Python service for all the workflow files; nothing is run, and nobody's edit is lost. */
export async function build(
  context: CommandContext,
  paths: readonly string[],
  options: BuildOptions,
): Promise<ExitCode> {
  const loaded = await Promise.all(paths.map(async (path) => loadWorkflow(path)));
  const sound = loaded.filter((workflow) => requireSound(context, workflow));
  if (sound.length < loaded.length) return exitCode.workflowErrors;
  const all = consumersOf(sound.map(({ checked }) => checked));
  requireDistinct([...sound, ...joined(sound.map(({ checked }) => checked))]);
  const wanted = [...furtherParts(options.with ?? []), ...deployParts(options.deploy ?? [])];
  if (wanted.includes('metrics')) requireFree(sound, '/metrics');
  const files = emitWith(wanted, ...sound.map(({ checked }) => plan(checked)));
  const folder = resolve(context.cwd, options.out);
  const how = { force: options.force ? 'backup' : undefined } as const;
  const { signal, terminal } = context;
  const onWait = (): void => terminal.progress(`Waiting for another build into ${options.out}`);
  const report = options.check
    ? previewProject(folder, files, how)
    : await updateProject(folder, files, { ...how, signal, onWait });
  if (options.json) terminal.print(JSON.stringify({ out: options.out, ...report }, null, 2));
  else show(context, options, report, neededVariables(all));
  const isUnfinished = report.conflicts.length > 0 || (options.check && changesOf(report) > 0);
  return isUnfinished ? exitCode.unfinished : exitCode.fine;
}

/** The workflows into whose queues these put entries, without those of them that are one of these; each file once. */
function joined(workflows: readonly CheckedWorkflow[]): Parameters<typeof requireDistinct>[0] {
  const texts = new Set(workflows.map(({ text }) => text));
  return workflows
    .flatMap((workflow) => consumersOf([workflow]).slice(1))
    .filter(({ text }) => !texts.has(text) && texts.add(text))
    .map((checked) => ({ path: `${checked.file.name}, into whose queue entries are put,`, checked }));
}

/** Parts that are wanted although no workflow uses them; `all` are those of model calls. */
function furtherParts(named: readonly string[]): readonly ProjectPart[] {
  return named.flatMap((name): readonly ProjectPart[] => {
    if (name === 'all') return modelParts;
    const part = projectParts.find((known) => known === name);
    if (part === undefined)
      throw new UsageError(
        `There is no part ${name}.`,
        `The parts are ${projectParts.join(', ')}; all stands for those of model calls.`,
      );
    return [part];
  });
}

/** The places that files are wanted for. */
function deployParts(named: readonly string[]): readonly ProjectPart[] {
  return named.map((name) => {
    const place = deployKinds.find((kind) => kind === name);
    if (place === undefined)
      throw new UsageError(
        `There are no files for ${name}.`,
        `There are some for ${deployKinds.join(', ')}; a Dockerfile is in every project.`,
      );
    return place;
  });
}

/** A part of the service has a path of its own. */
function requireFree(
  workflows: readonly { readonly path: string; readonly checked: CheckedWorkflow }[],
  taken: string,
): void {
  const other = workflows.find(({ checked }) => endpointOf(checked.trigger).path === taken);
  if (other !== undefined)
    throw new UsageError(`${other.path} has the path ${taken}, which the part has.`, 'Give the workflow another path.');
}

/** A name gives a module its name and a path belongs to one endpoint, so a service has each once. */
function requireDistinct(workflows: readonly { readonly path: string; readonly checked: CheckedWorkflow }[]): void {
  const keys: Readonly<Record<string, (checked: CheckedWorkflow) => string | undefined>> = {
    name: ({ file }: CheckedWorkflow) => `the name ${file.name}`,
    endpoint: ({ trigger }: CheckedWorkflow) => {
      const { method, path } = endpointOf(trigger);
      return `the endpoint ${method} ${path}`;
    },
    model: ({ trigger }: CheckedWorkflow) => {
      const model = trigger.type === 'httpEndpoint' ? trigger.config.openai?.model : undefined;
      return model && `the model ${model}`;
    },
    tool: ({ trigger }: CheckedWorkflow) => {
      const tool = trigger.type === 'httpEndpoint' ? trigger.config.mcp?.tool : undefined;
      return tool && `the tool ${tool}`;
    },
  };
  for (const keyOf of Object.values(keys)) {
    const seen = new Map<string, string>();
    for (const { path, checked } of workflows) {
      const key = keyOf(checked);
      if (key === undefined) continue;
      const other = seen.get(key);
      if (other !== undefined)
        throw new UsageError(
          `${other} and ${path} both have ${key}.`,
          'Change it in one, or build them into two folders.',
        );
      seen.set(key, path);
    }
  }
}

/** Folders that are copied as they are: a line each says enough of them. */
const copied = ['app/batch/', 'app/llm/', 'app/nodes/', 'app/retrieval/', 'app/runtime/', 'tests/simulated_providers/'];

function folded(paths: readonly string[]): readonly string[] {
  const lines = new Map<string, number>();
  for (const path of paths) {
    const line = copied.find((folder) => path.startsWith(folder)) ?? path;
    lines.set(line, (lines.get(line) ?? 0) + 1);
  }
  return [...lines].map(([line, count]) =>
    line.endsWith('/') ? `${line} (${count} ${count === 1 ? 'file' : 'files'})` : line,
  );
}

function changesOf({ created, changed, merged, removed }: WriteReport): number {
  return created.length + changed.length + merged.length + removed.length;
}

function show(
  { terminal }: CommandContext,
  { out, check }: BuildOptions,
  report: WriteReport,
  needed: readonly string[],
): void {
  const colours = terminal.out;
  const lists = [
    [colours.green('created'), report.created],
    [colours.yellow('changed'), report.changed],
    [colours.yellow('merged '), report.merged],
    [colours.red('removed'), report.removed],
    [colours.cyan('kept   '), report.kept],
    [colours.cyan('deleted'), report.deleted],
    [colours.cyan('backup '), report.backups],
  ] as const;
  for (const [label, paths] of lists) for (const line of folded(paths)) terminal.print(`${label} ${line}`);
  if (report.kept.length > 0) terminal.print('(kept: no longer generated, but edited by you)');
  if (report.deleted.length > 0) terminal.print('(deleted: by you; --force brings it back)');
  showConflicts(terminal, report);
  const changes = changesOf(report);
  if (changes === 0) {
    if (report.conflicts.length === 0) terminal.print(`${out} is up to date (${report.unchanged.length} files).`);
    return;
  }
  terminal.print(
    `\n${out}: ${changes} ${check ? 'would be written' : 'written'}, ${report.unchanged.length} unchanged.`,
  );
  if (report.created.length === 0 || check) return;
  const fill =
    needed.length === 0 ? '' : `\n  cp .env.example .env                      (then fill in ${needed.join(', ')})`;
  terminal.print(`
Next:
  ${shellLine(['cd', out.startsWith('-') ? `./${out}` : out])}
  python3 -m venv .venv && .venv/bin/pip install -r requirements.txt${fill}
  .venv/bin/python -m app.runtime.serve     (or see README.md for Docker and tests)`);
}

function showConflicts(
  { note, err }: Pick<CommandContext['terminal'], 'note' | 'err'>,
  { conflicts }: WriteReport,
): void {
  for (const { path, lines, offered, advice } of conflicts) {
    const places = lines.length === 0 ? [path] : lines.map((line) => `${path}:${line}`);
    for (const place of places) note(`${err.red('conflict')} ${place}: your text stays; the new version is ${offered}`);
    if (advice !== undefined) note(advice);
  }
  if (conflicts.length === 0) return;
  const isForceable = conflicts.some(({ advice }) => advice === undefined);
  note(`Take what you want of the new version, then delete it.${isForceable ? ' --force takes all of it.' : ''}`);
}
