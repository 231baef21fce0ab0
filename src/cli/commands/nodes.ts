import { outputsOf } from '../../core/workflow/nodes/handles.ts';
import { stepSchema } from '../../core/workflow/nodes/stepOptions.ts';
import { nodeTypes, registry, suggest, type NodeType } from '../../core/workflow/index.ts';
import { exitCode, type CommandContext, type ExitCode } from '../context.ts';
import { UsageError } from '../../host/errors.ts';
import { configJsonSchema, configKeys, exampleNode } from '../nodeConfig.ts';
import { table } from '../table.ts';

/** Lists the node types, or explains one. */
export async function nodes(
  context: CommandContext,
  type: string | undefined,
  { json }: { readonly json?: boolean },
): Promise<ExitCode> {
  const { terminal } = context;
  const chosen = type === undefined ? undefined : requireType(type);
  if (json) terminal.print(JSON.stringify(chosen === undefined ? nodeTypes.map(describe) : describe(chosen), null, 2));
  else if (chosen === undefined) list(context);
  else explain(context, chosen);
  return exitCode.fine;
}

function requireType(name: string): NodeType {
  const type = nodeTypes.find((each) => each === name);
  if (type !== undefined) return type;
  const meant = suggest(name, nodeTypes);
  throw new UsageError(
    `There is no node type ${name}.${meant === undefined ? '' : ` Did you mean ${meant}?`}`,
    `There are ${nodeTypes.join(', ')}.`,
  );
}

function describe(type: NodeType): unknown {
  const { category, name, description, icon, color, inputs, outputs, defaultConfig, supportsStreaming } =
    registry[type];
  const { awaits } = registry[type];
  const definition = { type, category, name, description, icon, color, inputs, outputs, awaits, supportsStreaming };
  return { ...definition, defaultConfig, configSchema: configJsonSchema(type) };
}

function list({ terminal }: CommandContext): void {
  const { out } = terminal;
  const rows = nodeTypes.map((type) => [out.bold(type), out.dim(registry[type].category), registry[type].description]);
  for (const line of table(rows)) terminal.print(line);
  terminal.print(out.dim('\ncatalyst nodes TYPE shows handles, config and an example.'));
}

function explain({ terminal }: CommandContext, type: NodeType): void {
  const { out } = terminal;
  const { name, description, inputs, awaits, defaultConfig } = registry[type];
  const outputs = outputsOf({ type, config: defaultConfig });
  terminal.print(`${out.bold(type)} (${name}): ${description}`);
  for (const [title, handles] of [['Inputs', inputs] as const, ['Outputs', outputs] as const]) {
    if (handles.length === 0) continue;
    terminal.print(`\n${out.bold(title)}`);
    for (const line of table(handles.map((handle) => [handle.id, out.dim(handle.type), handle.name])))
      terminal.print(`  ${line}`);
  }
  terminal.print(`\n${out.bold('Config')}`);
  const keys = configKeys(type);
  const rows = keys.map((key) => {
    const standard = key.default === undefined ? '' : `default ${brief(JSON.stringify(key.default))}`;
    return [key.name, out.dim(brief(key.type)), out.dim(key.required ? 'required' : standard), key.description];
  });
  for (const [index, line] of table(rows).entries()) {
    terminal.print(`  ${line}`);
    const { type: kind = '' } = keys[index] ?? {};
    if (brief(kind) !== kind) terminal.print(`    ${out.dim(kind)}`);
  }
  if (awaits) terminal.print(`\n${out.bold('Step')}  ${Object.keys(stepSchema.shape).join(', ')}`);
  terminal.print(`\n${out.bold('Example')}`);
  terminal.print(JSON.stringify(exampleNode(type), null, 2).replaceAll(/^/gm, '  '));
}

/** What is short enough for a column; what is not stands below its row. */
function brief(text: string): string {
  return text.length > 40 ? '…' : text;
}
