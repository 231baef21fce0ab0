import { existsSync } from 'node:fs';
import { relative, resolve } from 'node:path';

import { isWorkflowName, meaningOf, parse, pictureOf, inputOf } from '../../core/workflow/index.ts';
import { UsageError } from '../../host/errors.ts';
import { copyExample, listExamples, requireExample, workflowsBeside, type Example } from '../../host/examples.ts';
import { recordTrust } from '../../host/trust.ts';
import { loadWorkflow } from '../../host/workflowFiles.ts';
import { exitCode, type CommandContext, type ExitCode } from '../context.ts';

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

  const file = await copyExample(example, folder, chosen);
  const { checked } = await loadWorkflow(file);
  if (checked !== undefined) recordTrust(context.env, checked);

  const shown = relative(cwd, file);
  if (options.json) terminal.print(JSON.stringify({ file: shown, example: example.name }));
  else
    terminal.print(
      nextSteps(
        shown,
        checked === undefined ? [] : (meaningOf(inputOf(checked.trigger)).required ?? []),
        (await workflowsBeside(file)).map((path) => relative(cwd, path)),
      ),
    );
  return exitCode.fine;
}

function show({ terminal }: CommandContext, examples: readonly Example[], { json }: NewOptions): void {
  const { out } = terminal;
  if (json) {
    terminal.print(
      JSON.stringify(
        examples.map(({ name, description, text }) => ({ name, description, picture: pictureIn(text) })),
        null,
        2,
      ),
    );
    return;
  }
  for (const { name, description, text } of examples)
    terminal.print(`${out.bold(name)}: ${description}\n\n${pictureIn(text).replaceAll(/^/gm, '  ')}\n`);
  terminal.print(out.dim('catalyst new NAME --example EXAMPLE makes a folder NAME with a copy.'));
}

/** A drawing of a workflow file that comes with Catalyst, and can be read. */
function pictureIn(text: string): string {
  const parsed = parse(text);
  return parsed.ok ? pictureOf(parsed.value.file) : '';
}

/** @param beside other workflow files of its folder, which it needs to have run */
function nextSteps(file: string, required: readonly string[], beside: readonly string[]): string {
  const first = beside.map((path) => `\n  catalyst run ${path}`).join('');
  const inputs = required.map((key) => ` --input ${key}="…"`).join('');
  return `Created ${file}

Next:${first}
  catalyst run ${file}${inputs}
  catalyst dev ${file}
  catalyst build ${[file, ...beside].join(' ')} --out service`;
}
