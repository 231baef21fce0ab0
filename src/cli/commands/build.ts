import { resolve } from 'node:path';

import { emit, plan } from '../../core/codegen/python/index.ts';
import type { CheckedWorkflow } from '../../core/workflow/index.ts';
import { writeProject, type WriteReport } from '../../host/projectWriter.ts';
import { exitCode, type CommandContext, type ExitCode } from '../context.ts';
import { UsageError } from '../failures.ts';
import { requireSound } from '../report.ts';
import { shellLine } from '../sampleInput.ts';
import { loadWorkflow } from '../workflowFiles.ts';

interface BuildOptions {
  readonly out: string;
  readonly force?: boolean;
  readonly json?: boolean;
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
  requireDistinct(sound);
  const files = emit(...sound.map(({ checked }) => plan(checked)));
  const report = writeProject(resolve(context.cwd, options.out), files, { force: options.force });
  const { terminal } = context;
  if (options.json) terminal.print(JSON.stringify({ out: options.out, ...report }, null, 2));
  if (report.conflicts.length > 0) throw conflict(options.out, report.conflicts);
  if (!options.json) show(context, options.out, report);
  return exitCode.fine;
}

/** A name gives a module its name and a path belongs to one endpoint, so a service has each once. */
function requireDistinct(workflows: readonly { readonly path: string; readonly checked: CheckedWorkflow }[]): void {
  const keys = {
    name: ({ file }: CheckedWorkflow) => `the name ${file.name}`,
    endpoint: ({ trigger: { config } }: CheckedWorkflow) => `the endpoint ${config.method} ${config.path}`,
  };
  for (const keyOf of Object.values(keys)) {
    const seen = new Map<string, string>();
    for (const { path, checked } of workflows) {
      const other = seen.get(keyOf(checked));
      if (other !== undefined)
        throw new UsageError(
          `${other} and ${path} both have ${keyOf(checked)}.`,
          'Change it in one, or build them into two folders.',
        );
      seen.set(keyOf(checked), path);
    }
  }
}

function conflict(out: string, paths: readonly string[]): UsageError {
  return new UsageError(
    `Nothing was written: in ${out}, these files were edited, or are not from catalyst:\n${paths.map((path) => `  ${path}`).join('\n')}`,
    'Move the edits elsewhere, take another --out, or say --force to overwrite them.',
  );
}

/** Folders that are copied as they are: a line each says enough of them. */
const copied = ['app/nodes/', 'app/runtime/', 'simulated_openai/'];

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

function show({ terminal }: CommandContext, out: string, report: WriteReport): void {
  const colours = terminal.out;
  const lists = [
    [colours.green('created'), report.created],
    [colours.yellow('changed'), report.changed],
    [colours.red('removed'), report.removed],
    [colours.cyan('kept   '), report.kept],
  ] as const;
  for (const [label, paths] of lists) for (const line of folded(paths)) terminal.print(`${label} ${line}`);
  if (report.kept.length > 0) terminal.print('(kept: no longer generated, but edited by you)');
  const written = report.created.length + report.changed.length + report.removed.length;
  if (written === 0) {
    terminal.print(`${out} is up to date (${report.unchanged.length} files).`);
    return;
  }
  terminal.print(`\n${out}: ${written} written, ${report.unchanged.length} unchanged.`);
  if (report.created.length === 0) return;
  terminal.print(`
Next:
  ${shellLine(['cd', out.startsWith('-') ? `./${out}` : out])}
  python3 -m venv .venv && .venv/bin/pip install -r requirements.txt
  OPENAI_API_KEY=sk-… .venv/bin/python -m app.runtime.serve     (or see README.md for Docker and tests)`);
}
