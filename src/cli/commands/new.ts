import { cp, readdir, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { applyEdits, modify } from 'jsonc-parser';

import { isWorkflowName, meaningOf, suggest } from '../../core/workflow/index.ts';
import { writeAtomically } from '../../host/atomicFile.ts';
import { HostError, UsageError } from '../../host/errors.ts';
import { readText } from '../../host/textFile.ts';
import { exitCode, type CommandContext, type ExitCode } from '../context.ts';
import { packageFolder } from '../../host/packageFolder.ts';
import { table } from '../table.ts';
import { recordTrust } from '../../host/trust.ts';
import { loadWorkflow } from '../../host/workflowFiles.ts';

interface NewOptions {
  readonly example?: string;
  readonly json?: boolean;
}

const firstExample = 'support-chat';

/** Copies an example, with its Python functions, into a folder of its own; without a name and an example, lists them. */
export async function newWorkflow(
  context: CommandContext,
  name: string | undefined,
  options: NewOptions,
): Promise<ExitCode> {
  const { terminal, cwd } = context;
  const examples = await listExamples();
  if (name === undefined && options.example === undefined) {
    show(context, examples, options);
    return exitCode.fine;
  }
  const example = requireExample(options.example ?? firstExample, examples);
  const chosen = name ?? example.name;
  if (!isWorkflowName(chosen))
    throw new UsageError(
      `${chosen} cannot be the name of a workflow.`,
      'Use lower-case letters, digits, - and _, such as my-bot.',
    );
  const folder = resolve(cwd, chosen);
  if (existsSync(folder))
    throw new UsageError(
      `${folder} exists already, and is left as it is.`,
      `Take another name: catalyst new ${chosen}-2`,
    );

  await cp(example.folder, folder, {
    recursive: true,
    filter: (path) => !/(^|[\\/])(__pycache__|\.catalyst|\.env)$/.test(relative(example.folder, path)),
  });
  const file = join(folder, `${chosen}.workflow.json`);
  const text = await readText(example.file);
  const renamed = applyEdits(text, modify(text, ['name'], chosen, {}));
  writeAtomically(file, applyEdits(renamed, modify(renamed, ['$schema'], schemaReference(folder), {})));
  const copied = join(folder, `${example.name}.workflow.json`);
  if (copied !== file) await rm(copied);
  const { checked } = await loadWorkflow(file);
  if (checked !== undefined) recordTrust(context.env, checked);

  const shown = relative(cwd, file);
  if (options.json) terminal.print(JSON.stringify({ file: shown, example: example.name }));
  else
    terminal.print(
      nextSteps(shown, checked === undefined ? [] : (meaningOf(checked.trigger.config.inputSchema).required ?? [])),
    );
  return exitCode.fine;
}

interface Example {
  readonly name: string;
  readonly folder: string;
  readonly file: string;
  readonly description: string;
}

async function listExamples(): Promise<readonly Example[]> {
  const root = join(packageFolder(), 'examples');
  const entries = await readdir(root, { withFileTypes: true });
  const examples: Example[] = [];
  for (const { name } of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const file = join(root, name, `${name}.workflow.json`);
    if (!existsSync(file)) continue;
    const { description = '' } = JSON.parse(await readText(file)) as { description?: string };
    examples.push({ name, folder: join(root, name), file, description });
  }
  if (examples.length === 0)
    throw new HostError('file_not_found', `${root} holds no examples.`, 'Install or check out catalyst again.');
  return examples;
}

function requireExample(name: string, examples: readonly Example[]): Example {
  const example = examples.find((each) => each.name === name);
  if (example !== undefined) return example;
  const names = examples.map((each) => each.name);
  const meant = suggest(name, names);
  throw new UsageError(
    `There is no example ${name}.${meant === undefined ? '' : ` Did you mean ${meant}?`}`,
    `There are ${names.join(', ')}.`,
  );
}

function show({ terminal }: CommandContext, examples: readonly Example[], { json }: NewOptions): void {
  const { out } = terminal;
  if (json) {
    terminal.print(
      JSON.stringify(
        examples.map(({ name, description }) => ({ name, description })),
        null,
        2,
      ),
    );
    return;
  }
  for (const line of table(examples.map(({ name, description }) => [out.bold(name), description])))
    terminal.print(line);
  terminal.print(out.dim('\ncatalyst new NAME --example EXAMPLE makes a folder NAME with a copy.'));
}

/** Where an editor finds the schema of workflow files, as seen from a folder. */
function schemaReference(folder: string): string {
  const path = relative(folder, join(packageFolder(), 'schema', 'workflow.schema.json'));
  // On another drive there is no relative path.
  return isAbsolute(path) ? pathToFileURL(path).href : path.replaceAll(sep, '/');
}

function nextSteps(file: string, required: readonly string[]): string {
  const inputs = required.map((key) => ` --input ${key}="…"`).join('');
  return `Created ${file}

Next:
  catalyst run ${file}${inputs}
  catalyst dev ${file}
  catalyst build ${file} --out service`;
}
