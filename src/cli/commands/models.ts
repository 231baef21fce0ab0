import { models as catalog, type Model } from '../../core/workflow/models/models.ts';
import { suggest } from '../../core/workflow/index.ts';
import { exitCode, type CommandContext, type ExitCode } from '../context.ts';
import { UsageError } from '../failures.ts';
import { table } from '../table.ts';

interface ModelsOptions {
  readonly all?: boolean;
  readonly json?: boolean;
}

/** Lists OpenAI's chat models as the compiler knows them, or shows one. */
export function models({ terminal }: CommandContext, name: string | undefined, { all, json }: ModelsOptions): ExitCode {
  const { out } = terminal;
  const shown = name === undefined ? catalog.filter(({ status }) => all || status !== 'retired') : [requireModel(name)];
  if (json) {
    terminal.print(JSON.stringify(shown, null, 2));
    return exitCode.fine;
  }
  const colour = { current: out.green, retiring: out.yellow, retired: out.red };
  const header = ['model', 'status', 'context', 'answer', ''].map((title) => out.dim(title));
  const rows = shown.map((model) => [
    model.name,
    colour[model.status](model.status),
    `${Math.floor(model.contextWindow / 1000)}k`,
    `${Math.floor(model.maxOutput / 1000)}k`,
    out.dim(ending(model)),
  ]);
  for (const line of table([header, ...rows])) terminal.print(line);
  if (!all && name === undefined) terminal.print(out.dim('\ncatalyst models --all lists the retired ones too.'));
  return exitCode.fine;
}

function requireModel(name: string): Model {
  const model = catalog.find((each) => each.name === name);
  if (model !== undefined) return model;
  const meant = suggest(
    name,
    catalog.map((each) => each.name),
  );
  throw new UsageError(
    `OpenAI has no chat model ${name} that catalyst knows of.${meant === undefined ? '' : ` Did you mean ${meant}?`}`,
    'catalyst models --all lists those it knows. Others can be used all the same, as compatible servers have them.',
  );
}

function ending({ status, shutdownDate, replacement }: Model): string {
  if (status === 'current') return '';
  return status === 'retired'
    ? `since ${shutdownDate}; use ${replacement}`
    : `until ${shutdownDate}, then ${replacement}`;
}
