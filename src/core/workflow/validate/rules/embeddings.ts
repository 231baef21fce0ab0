import { typeWords } from '../../diagnostics/words.ts';
import type { Reporter } from '../../diagnostics/report.ts';
import { Template } from '../../expressions/syntax.ts';
import { typeOfExpression } from '../../expressions/types.ts';
import { itemsOf, typesOf } from '../../jsonSchema.ts';
import { serverName } from '../../models/compatible/compatible.ts';
import { dimensionWords, type EmbeddingFacts, type EmbeddingServer } from '../../models/embeddings/facts.ts';
import { embeddingServer, knownServersOfEmbeddings } from '../../models/embeddings/servers.ts';
import { registry } from '../../nodes/registry.ts';
import { suggest } from '../../suggest.ts';
import type { NodeOf } from '../../types.ts';
import { nodesOfType, type NodeContext, type NodeRule } from '../context.ts';
import { scopeOf } from '../expressionContext.ts';
import { changeTo, remove } from '../fixes.ts';

type EmbeddingNode = NodeOf<'embeddingGenerate'>;

/** What embeddings are made of and by whom, and what their model and its provider take. */
export const embeddings: NodeRule = (context, reporter) => {
  for (const node of nodesOfType(context, 'embeddingGenerate')) {
    checkInput(context, reporter, node);
    if (!checkProvider(context, reporter, node)) continue;
    const server = embeddingServer(node.config.provider);
    checkDimensions(context, reporter, node, server);
    checkLimits(context, reporter, node, server);
  }
};

function checkInput(context: NodeContext, reporter: Reporter, node: EmbeddingNode): void {
  const { input } = node.config;
  const path = context.pathOf(node, 'config', 'input');
  if (input === undefined) {
    reporter.report('missing-embedding-input', { node: node.id }, { path: context.pathOf(node, 'config') });
  } else if (input instanceof Template) {
    checkText(context, reporter, node, input, path);
  } else if (input.length === 0) {
    reporter.report('empty-embedding-input', { name: `The list of texts of \`${node.id}\`` }, { path });
  } else {
    for (const [index, text] of input.entries()) checkText(context, reporter, node, text, [...path, index]);
  }
}

/** A text is one text; a whole `input` may give a list of them too. */
function checkText(
  context: NodeContext,
  reporter: Reporter,
  node: EmbeddingNode,
  text: Template,
  path: ReturnType<NodeContext['pathOf']>,
): void {
  const isWhole = text === node.config.input;
  const name = isWhole ? `\`input\` of \`${node.id}\`` : `Text ${Number(path.at(-1)) + 1} of \`${node.id}\``;
  if (text.constant?.trim() === '') {
    reporter.report('empty-embedding-input', { name }, { path });
    return;
  }
  const expression = text.problems.length > 0 ? undefined : text.single;
  if (expression === undefined) return;
  const { schema } = typeOfExpression(expression, scopeOf(context, node));
  const found = typesOf(schema);
  const items = found.join() === 'array' ? typesOf(itemsOf(schema) ?? {}) : [];
  const takes = isWhole ? ['string', 'array'] : ['string'];
  const fits = found.length === 0 || found.some((type) => takes.includes(type));
  if (fits && (items.length === 0 || items.includes('string'))) return;
  reporter.report(
    'wrong-expression-type',
    {
      name,
      expected: isWhole ? 'a text or a list of texts' : 'a text',
      found: fits ? `a list of ${typeWords(items)}` : typeWords(found),
      hint: 'Take another value, or convert it with `| string`.',
    },
    { path, at: expression.span },
  );
}

/** Whether there may be such a provider. */
function checkProvider(context: NodeContext, reporter: Reporter, node: EmbeddingNode): boolean {
  const { provider: name } = node.config;
  const path = context.pathOf(node, 'config', 'provider');
  const ids = knownServersOfEmbeddings.map(({ provider }) => provider.id);
  if (!serverName.test(name)) {
    const suggestion = suggest(name, ids);
    const fixes = [changeTo(reporter, path, suggestion)];
    reporter.report('invalid-server-name', { name }, { path }, { suggestion, fixes });
    return false;
  }
  const { key } = embeddingServer(name).provider.variables;
  const isKnown = ids.includes(embeddingServer(name).provider.id);
  const own = [registry.anthropicCompletion, registry.groqCompletion].find(
    ({ provider }) => provider.variables.key === key,
  );
  if (own === undefined || isKnown) return true;
  // Anthropic has none and recommends Voyage; Groq lists none: https://console.groq.com/docs/models
  const instead = own.type === 'anthropicCompletion' ? 'voyage' : 'openai';
  const fixes = [changeTo(reporter, path, instead)];
  reporter.report('makes-no-embeddings', { provider: own.provider.name, instead }, { path }, { fixes });
  return false;
}

function checkDimensions(
  context: NodeContext,
  reporter: Reporter,
  node: EmbeddingNode,
  { catalog }: EmbeddingServer,
): void {
  const { dimensions: value, model, baseModel } = node.config;
  const name = baseModel ?? model.constant ?? '';
  const facts = catalog.find(name);
  if (value === null || facts === undefined || canHave(facts, value)) return;
  const path = context.pathOf(node, 'config', 'dimensions');
  // Who cannot shorten may refuse even its own number.
  const nearest = facts.shortens === undefined ? null : nearestOf(facts, value);
  reporter.report(
    'unsupported-dimensions',
    { model: name, value, can: dimensionWords(facts), isFixed: facts.shortens === undefined },
    { path },
    { fixes: [changeTo(reporter, path, nearest)] },
  );
}

function canHave({ shortens }: EmbeddingFacts, value: number): boolean {
  // OpenAI's text-embedding-ada-002 refuses the parameter whatever it says.
  if (shortens === undefined) return false;
  return 'least' in shortens ? value >= shortens.least && value <= shortens.most : shortens.includes(value);
}

function nearestOf({ dimensions, shortens = [dimensions] }: EmbeddingFacts, value: number): number {
  if ('least' in shortens) return Math.min(Math.max(value, shortens.least), shortens.most);
  return shortens.reduce((best, each) => (Math.abs(each - value) < Math.abs(best - value) ? each : best));
}

function checkLimits(
  context: NodeContext,
  reporter: Reporter,
  node: EmbeddingNode,
  { provider, habits }: EmbeddingServer,
): void {
  const { batchSize: value, inputType } = node.config;
  const limit = habits.mostTexts;
  if (value > limit) {
    const path = context.pathOf(node, 'config', 'batchSize');
    const fixes = [changeTo(reporter, path, limit)];
    reporter.report('batch-too-large', { provider: provider.name, value, limit }, { path }, { fixes });
  }
  if (inputType !== undefined && !habits.inputType) {
    const path = context.pathOf(node, 'config', 'inputType');
    const fixes = [remove(reporter, path, 'Remove `inputType`')];
    reporter.report('unsupported-input-type', { provider: provider.name }, { path }, { fixes });
  }
}
