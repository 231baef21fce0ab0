import { configKeys } from '../../src/cli/nodeConfig.ts';
import {
  catalog,
  catalogedProviders,
  diagnosticCodes,
  dimensionWords,
  knownServersOfEmbeddings,
  nodeTypes,
  registry,
  type Handle,
  type NodeDefinition,
} from '../../src/core/workflow/index.ts';
import { filters } from '../../src/core/workflow/expressions/filters.ts';
import { functions } from '../../src/core/workflow/expressions/functions.ts';
import { filterNames, functionNames } from '../../src/core/workflow/expressions/syntax.ts';
import type { Lifecycle, Model } from '../../src/core/workflow/models/catalog.ts';
import type { Provider } from '../../src/core/workflow/models/provider.ts';

/* The reference pages, written from what the compiler and the runtime know themselves. */

function cell(text: string): string {
  return text.replaceAll('|', String.raw`\|`).replaceAll('\n', ' ');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function code(text: string): string {
  return text === '' ? '' : `\`${text}\``;
}

export function nodesPage(): string {
  const handles = (list: readonly Handle[]): string =>
    list.map(({ id, type }) => `\`${id}\` (${type})`).join(', ') || 'none';
  const sections = nodeTypes.map((type) => {
    const { description, inputs, outputs, awaits, outputsFor }: NodeDefinition = registry[type];
    const further = [
      ...(outputsFor === undefined ? [] : ['those that its config names']),
      ...(awaits ? ['with `step.onError` set to `handle`: `error` (conditional)'] : []),
    ];
    const rows = configKeys(type).map((key) => [
      code(key.name),
      code(key.type),
      key.required ? 'required' : code(key.default === undefined ? '' : JSON.stringify(key.default)),
      key.description,
    ]);
    return `## ${type}

${description}.

- Inputs: ${handles(inputs)}
- Outputs: ${[handles(outputs), ...further].join('; ')}

${table(['config', 'type', 'default', 'meaning'], rows)}
`;
  });
  const braces =
    "Strings of a config may hold expressions, `{{ … }}`. Where `{{` is meant as text, as in a JSON example of a prompt, write `{{ '{{' }}`; a `}}` outside of expressions is text already.";
  const step =
    'Beside its config, a node that awaits something takes `step`: a time limit, retries, a cache, and what follows when it fails. See [steps.md](../steps.md).';
  return `# Node types\n\n${braces}\n\n${step}\n\n${expressionsSection()}\n${sections.join('\n')}`;
}

function expressionsSection(): string {
  const operators = [
    ['`a if c else b`', 'one of two values'],
    ['`or`, `and`, `not`', 'booleans; false, null, 0, "", [] and {} count as false'],
    ['`==` `!=` `<` `<=` `>` `>=` `in` `not in`', 'comparisons, which cannot be chained; nothing converts'],
    ['`~`', 'texts one behind the other, other values as JSON'],
    ['`+` `-`', 'numbers; whole ones stay whole'],
    ['`*` `/` `//` `%`', '`/` gives a float, `//` rounds down, `%` has the sign of the divisor; not by zero'],
    ['`-a`', 'the negative'],
    ['`a | filter`', 'binds tightest'],
  ];
  const rows = filterNames.map((name) => {
    const { arity, example, takes, gives, description } = filters[name];
    const written = arity[1] > 0 && example !== undefined ? `${name}(${example})` : name;
    return [code(`| ${written}`), takes.join(', ') || 'any', gives ?? '', description];
  });
  const functionRows = functionNames.map((name) => [code(`${name}()`), functions[name].description]);
  return `## Expressions

A value is a path (\`input.a\`, \`env.NAME\`, \`nodes.ID.HANDLE\`), text in quotes, a number, \`true\`, \`false\`, \`null\`, a list
\`[1, 'a']\` or an object \`{'a': 1}\`. Operators, from what binds loosest to what binds tightest:

${table(['operator', 'gives'], operators)}

A number beyond what a float holds is infinite, which JSON writes as null.

${table(['filter', 'takes', 'gives', 'meaning'], rows)}

${table(['function', 'gives'], functionRows)}

Texts may have blocks, \`{{ for item in list }} … {{ end }}\` and \`{{ if test }} … {{ else }} … {{ end }}\`: see
[expressions.md](../expressions.md).
`;
}

export function diagnosticsPage(): string {
  const rows = diagnosticCodes.toSorted().map((name) => {
    const { severity, why, whatToDo } = catalog[name];
    return [code(name), severity, why, whatToDo];
  });
  return `# Findings of \`catalyst check\`

${rows.length} codes. A warning becomes an error with \`--strict\`.

${table(['code', 'severity', 'why', 'what to do'], rows)}
`;
}

/** A section per provider. */
export function modelsPage(): string {
  return `${catalogedProviders.map(modelsSection).join('\n')}\n${embeddingsSection()}`;
}

function embeddingsSection(): string {
  const rows = knownServersOfEmbeddings.flatMap(({ provider, catalog: { models } }) =>
    models.map((model) => [
      provider.name,
      code(model.name),
      model.mostTokens.toLocaleString('en'),
      model.dimensions.toLocaleString('en'),
      model.shortens === undefined ? 'no others' : dimensionWords(model),
      model.prices === null ? 'unknown' : String(model.prices.input),
      lifeOf(model),
    ]),
  );
  return `# Models that make embeddings

For \`embeddingGenerate\`. Prices are USD per million tokens; tokens are the most that one text may have.

${table(['provider', 'model', 'tokens', 'dimensions', 'or', 'price', 'life'], rows)}
`;
}

function lifeOf({ status, shutdownDate, replacement }: Lifecycle): string {
  return shutdownDate === null
    ? status + (replacement === null ? '' : `, instead: ${replacement}`)
    : `until ${shutdownDate}, then ${replacement ?? 'nothing'}`;
}

function modelsSection({ name, catalog: { models, asOf } }: Provider): string {
  const price = (model: Model): string => {
    const { prices } = model;
    if (prices === null) return 'unknown';
    return `${prices.input} / ${prices.cached ?? '–'} / ${prices.output}`;
  };
  const rows = models.map((model) => [
    code(model.name),
    model.contextWindow.toLocaleString('en'),
    model.maxOutput.toLocaleString('en'),
    model.tools ? (model.functions ? 'functions, tools' : 'tools') : 'none',
    model.chat ? 'chat, responses' : 'responses',
    price(model),
    lifeOf(model),
  ]);
  return `# ${name}'s chat models

As of ${asOf}; \`catalyst models NAME\` shows all facts of one with their sources. Prices are USD per million tokens:
input / cached input / output.

${table(['model', 'context', 'longest answer', 'calls', 'APIs', 'prices', 'life'], rows)}
`;
}

/** @param source the texts of the runtime's modules; each of their subclasses of `ServiceError` is one error code */
export function errorsPage(source: string): string {
  const rows = source.split('\nclass ').flatMap((text) => {
    const isBase = text.startsWith('ServiceError(');
    const keyword = (name: string): string =>
      new RegExp(`^\\w+\\(\\s*ServiceError,[^)]*\\b${name}="?(\\w+)`, 'u').exec(text)?.[1] ?? '';
    const field = (name: string): string => new RegExp(`^ {4}${name} = (["']?)(.+)\\1$`, 'mu').exec(text)?.[2] ?? '';
    const docstring = /"""(.+?)(?:"""|\n\n)/su.exec(text)?.[1]?.replaceAll(/\s+/gu, ' ') ?? '';
    const meaning = isBase ? 'Something in the service broke that has no better name.' : docstring;
    const retryable = field('retryable') === 'True' ? 'yes' : '';
    const errorCode = isBase ? field('code') : keyword('code');
    return errorCode === '' ? [] : [[code(errorCode), keyword('status') || '500', meaning, retryable, field('hint')]];
  });
  return `# Errors of a generated service

Before the first byte an error is a problem object (RFC 9457), afterwards the stream's last event, \`error\`, with the same
members: \`code\`, \`detail\`, \`hint\`, \`retryable\`, \`node\`, and what else is known. Codes are stable.

${table(
  ['code', 'status', 'what happened', 'retryable', 'what to do'],
  rows.toSorted(([left = ''], [right = '']) => (left < right ? -1 : 1)),
)}
`;
}
