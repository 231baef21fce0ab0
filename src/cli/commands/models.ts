import type { Prices } from '../../core/workflow/models/facts.ts';
import type { Model } from '../../core/workflow/models/catalog.ts';
import { catalogedProviders, providers, suggest, type Provider } from '../../core/workflow/index.ts';
import { exitCode, type CommandContext, type ExitCode } from '../context.ts';
import { UsageError } from '../../host/errors.ts';
import { table } from '../table.ts';

interface ModelsOptions {
  readonly all?: boolean;
  readonly json?: boolean;
}

const catalog = catalogedProviders.flatMap((provider) => provider.catalog.models);

/** Lists the chat models of all providers or of one as the compiler knows them, or shows all that it knows of a model. */
export function models(context: CommandContext, name: string | undefined, { all, json }: ModelsOptions): ExitCode {
  const { terminal } = context;
  const provider = name === undefined ? undefined : providerNamed(name);
  if (name !== undefined && provider === undefined) {
    const model = requireModel(name);
    if (json) terminal.print(JSON.stringify([model], null, 2));
    else show(context, name, model);
    return exitCode.fine;
  }
  const shown = (provider?.catalog.models ?? catalog).filter((model) => all || isOffered(model));
  if (json) terminal.print(JSON.stringify(shown, null, 2));
  else if (provider !== undefined && provider.catalog.models.length === 0)
    terminal.print(`Of the models of ${provider.name} nothing is known: any name is taken, and nothing refused.`);
  else list(context, shown, all ?? false);
  return exitCode.fine;
}

/** The provider of that id or name. */
function providerNamed(name: string): Provider | undefined {
  const wanted = name.toLowerCase();
  return providers.find((provider) => [provider.id, provider.name.toLowerCase()].includes(wanted));
}

function isOffered({ status }: Model): boolean {
  return status === 'current' || status === 'retiring';
}

function list({ terminal }: CommandContext, shown: readonly Model[], all: boolean): void {
  const { out } = terminal;
  const header = ['model', 'status', 'context', 'answer', 'input', 'cached', 'output', ''].map((title) =>
    out.dim(title),
  );
  const rows = shown.map((model) => [
    model.name,
    statusText(terminal, model),
    thousands(model.contextWindow),
    thousands(model.maxOutput),
    ...(model.prices === null
      ? ['?', '?', '?']
      : [dollars(model.prices.input), dollars(model.prices.cached), dollars(model.prices.output)]),
    out.dim(ending(model)),
  ]);
  for (const line of table([header, ...rows])) terminal.print(line);
  terminal.print(
    out.dim(
      '\nPrices in USD per million tokens. catalyst models NAME shows what a model takes, catalyst models groq those of Groq.',
    ),
  );
  if (!all) terminal.print(out.dim('catalyst models --all lists the retired ones too.'));
}

function show({ terminal }: CommandContext, name: string, model: Model): void {
  const { out } = terminal;
  const rows: readonly (readonly [string, string])[] = [
    ['model', name === model.name ? name : `${name} (${model.name})`],
    ['status', `${statusText(terminal, model)} ${ending(model)}`.trim()],
    ['context window', tokens(model.contextWindow)],
    ['longest answer', tokens(model.maxOutput)],
    ['token limit', model.tokenLimitParameter],
    ['APIs', model.chat ? 'Chat Completions, Responses' : 'Responses only'],
    ['temperature …', sampling[model.sampling]],
    ['stop', yes(model.stop)],
    ['reasoning', efforts(model)],
    ['verbosity', yes(model.verbosity)],
    ['functions', model.functions ? 'yes' : 'no, tools only'],
    ['tools', tools(model)],
    ['parallel calls', yes(model.parallelToolCalls)],
    ['JSON mode', yes(model.jsonMode)],
    ['JSON schema', yes(model.jsonSchema)],
    ['images', yes(model.vision)],
    ['predicted output', yes(model.prediction)],
    ['quality', model.quality === undefined ? 'not known' : `${model.quality.rank} (${model.quality.source})`],
    ['pace', paceText(model)],
    ['prices', prices(model.prices)],
    ['sources', [model.sources.capabilities, model.sources.prices].filter((source) => source !== null).join(', ')],
  ];
  for (const line of table(rows.map(([title, text]) => [out.dim(title), text]))) terminal.print(line);
}

const sampling = {
  always: 'yes',
  'without-reasoning': 'only with the reasoning effort none',
  never: 'no',
} as const;

function statusText({ out }: CommandContext['terminal'], { status: is }: Model): string {
  return { current: out.green, retiring: out.yellow, retired: out.red, unavailable: out.red }[is](is);
}

function paceText({ pace }: Model): string {
  if (pace === undefined) return 'not known';
  const { firstTokenMs, tokensPerSecond, source } = pace;
  return `first token after ${firstTokenMs} ms, then ${tokensPerSecond} tokens/s (${source})`;
}

function efforts({ reasoningEfforts, defaultEffort }: Model): string {
  if (defaultEffort === null) return 'no';
  if (reasoningEfforts.length === 0) return 'always';
  return reasoningEfforts.map((effort) => (effort === defaultEffort ? `${effort} (default)` : effort)).join(', ');
}

function tools({ tools: taken, toolsWithReasoning }: Model): string {
  if (!taken) return 'no';
  return toolsWithReasoning ? 'yes' : 'yes; together with reasoning in Responses only';
}

function prices(known: Prices | null): string {
  if (known === null) return 'not known';
  const { longContext: long } = known;
  const beyond = long === null ? '' : `; prompts over ${tokens(long.above)}: ${rates(long)}`;
  return `${rates(known)} per million tokens${beyond}`;
}

function rates({ input, cached, written, output }: Omit<Prices, 'longContext'>): string {
  const reduced = cached === null ? '' : `, cached ${dollars(cached)}`;
  const put = written === undefined ? '' : `, written to the cache ${dollars(written.short)}`;
  return `input ${dollars(input)}${reduced}${put}, output ${dollars(output)}`;
}

function dollars(price: number | null): string {
  return price === null ? '' : `$${price}`;
}

function tokens(count: number): string {
  return `${count.toLocaleString('en')} tokens`;
}

function thousands(count: number): string {
  return `${Math.floor(count / 1000)}k`;
}

function yes(is: boolean): string {
  return is ? 'yes' : 'no';
}

function requireModel(name: string): Model {
  const model = providers.map((provider) => provider.catalog.find(name)).find((found) => found !== undefined);
  if (model !== undefined) return model;
  const meant = suggest(
    name,
    catalog.map((each) => each.name),
  );
  throw new UsageError(
    `There is no chat model ${name} that catalyst knows of.${meant === undefined ? '' : ` Did you mean ${meant}?`}`,
    'catalyst models --all lists those it knows. Others can be used all the same, as compatible servers have them.',
  );
}

function ending({ status: is, shutdownDate, replacement }: Model): string {
  if (is === 'current') return '';
  if (is === 'unavailable') return `use ${replacement}`;
  return is === 'retired' ? `since ${shutdownDate}; use ${replacement}` : `until ${shutdownDate}, then ${replacement}`;
}
