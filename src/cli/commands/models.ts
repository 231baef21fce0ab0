import type { Prices } from '../../core/workflow/models/facts.ts';
import type { Model } from '../../core/workflow/models/catalog.ts';
import { catalogedProviders, providers, suggest, type Provider } from '../../core/workflow/index.ts';
import { exitCode, type CommandContext, type ExitCode } from '../context.ts';
import { UsageError } from '../../host/errors.ts';
import { table } from '../table.ts';
import {
  embeddingModels,
  findEmbeddingModel,
  listEmbeddingModels,
  showEmbeddingModel,
  type EmbeddingModel,
} from './embeddingModels.ts';
import { dollars, ending, isOffered, statusText } from './modelWords.ts';

interface ModelsOptions {
  readonly all?: boolean;
  readonly json?: boolean;
}

const catalog = catalogedProviders.flatMap((provider) => provider.catalog.models);

/** Lists the models of all providers or of one as the compiler knows them, or shows all that it knows of a model. */
export function models(context: CommandContext, name: string | undefined, { all, json }: ModelsOptions): ExitCode {
  const { terminal } = context;
  const provider = name === undefined ? undefined : providerNamed(name);
  if (name !== undefined && provider === undefined) {
    const model = requireModel(name);
    if (json) terminal.print(JSON.stringify([model], null, 2));
    else if ('mostTokens' in model) showEmbeddingModel(terminal, model);
    else show(context, name, model);
    return exitCode.fine;
  }
  const shown = (provider?.catalog.models ?? catalog).filter((model) => all || isOffered(model));
  const embeddings = embeddingModels(provider?.id);
  if (json) {
    const further = embeddings.filter((model) => all || isOffered(model));
    terminal.print(JSON.stringify([...shown, ...further], null, 2));
    return exitCode.fine;
  }
  if (shown.length === 0 && embeddings.length === 0 && provider !== undefined) {
    terminal.print(`Of the models of ${provider.name} nothing is known: any name is taken, and nothing refused.`);
    return exitCode.fine;
  }
  if (shown.length > 0) list(context, shown);
  if (shown.length > 0 && embeddings.length > 0) terminal.print('');
  listEmbeddingModels(terminal, embeddings, all ?? false);
  explain(context, all ?? false);
  return exitCode.fine;
}

/** The provider of that id or name. */
function providerNamed(name: string): Provider | undefined {
  const wanted = name.toLowerCase();
  return providers.find((provider) => [provider.id, provider.name.toLowerCase()].includes(wanted));
}

function list({ terminal }: CommandContext, shown: readonly Model[]): void {
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
}

function explain({ terminal }: CommandContext, all: boolean): void {
  const { out } = terminal;
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

function tokens(count: number): string {
  return `${count.toLocaleString('en')} tokens`;
}

function thousands(count: number): string {
  return `${Math.floor(count / 1000)}k`;
}

function yes(is: boolean): string {
  return is ? 'yes' : 'no';
}

function requireModel(name: string): Model | EmbeddingModel {
  const chat = providers.map((provider) => provider.catalog.find(name)).find((found) => found !== undefined);
  const model = chat ?? findEmbeddingModel(name);
  if (model !== undefined) return model;
  const meant = suggest(
    name,
    [...catalog, ...embeddingModels()].map((each) => each.name),
  );
  throw new UsageError(
    `There is no model ${name} that catalyst knows of.${meant === undefined ? '' : ` Did you mean ${meant}?`}`,
    'catalyst models --all lists those it knows. Others can be used all the same, as compatible servers have them.',
  );
}
