import { models as catalog, type Model } from '../../core/workflow/models/models.ts';
import { exitCode, type CommandContext, type ExitCode } from '../context.ts';
import { table } from '../table.ts';

interface ModelsOptions {
  readonly all?: boolean;
  readonly json?: boolean;
}

/** Lists OpenAI's chat models as the compiler knows them. */
export function models({ terminal }: CommandContext, { all, json }: ModelsOptions): ExitCode {
  const { out } = terminal;
  const shown = catalog.filter(({ status }) => all || status !== 'retired');
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
  if (!all) terminal.print(out.dim('\ncatalyst models --all lists the retired ones too.'));
  return exitCode.fine;
}

function ending({ status, shutdownDate, replacement }: Model): string {
  if (status === 'current') return '';
  return status === 'retired'
    ? `since ${shutdownDate}; use ${replacement}`
    : `until ${shutdownDate}, then ${replacement}`;
}
