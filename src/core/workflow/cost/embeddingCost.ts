import type { CheckedWorkflow } from '../checked.ts';
import { Template } from '../expressions/syntax.ts';
import { typeOfExpression } from '../expressions/types.ts';
import { meaningOf, typesOf } from '../jsonSchema.ts';
import { embeddingServer } from '../models/embeddings/servers.ts';
import type { NodeOf } from '../types.ts';
import { boundOfTemplate, boundOfValue, type Bound } from './bounds.ts';
import type { NodeCost } from './callCost.ts';

/** What all embeddings of a node can come to in one run. No text has more tokens than its model takes, as others are refused. */
export function costOfEmbeddings(checked: CheckedWorkflow, node: NodeOf<'embeddingGenerate'>): NodeCost {
  const { provider, model, baseModel, batchSize } = node.config;
  const name = model.constant;
  const facts = embeddingServer(provider).catalog.find(baseModel ?? name ?? '');
  const notes = new Set<string>();
  if (facts === undefined)
    notes.add(
      name === undefined
        ? 'The model is chosen by an expression, so its limits and prices are not known.'
        : `The model \`${name}\` is not known, so its limits and prices are not either.`,
    );
  else if (facts.prices === null) notes.add(`No price is known for \`${name ?? model.source}\`.`);
  const texts = textsOf(checked, node);
  if (texts === undefined) notes.add(`Nothing limits how many texts \`${node.id}\` has; \`maxItems\` of a list does.`);
  const tokens = texts?.reduce<number | null>((sum, { bound, count }) => {
    const each = 'unlimited' in bound ? facts?.mostTokens : Math.min(bound.tokens, facts?.mostTokens ?? Infinity);
    if ('unlimited' in bound) {
      const instead = facts === undefined ? '' : '; it is counted as the longest text that the model takes';
      notes.add(`Nothing limits ${bound.unlimited}${instead}.`);
    }
    return sum === null || each === undefined ? null : sum + each * count;
  }, 0);
  const promptTokens = tokens ?? null;
  const price = facts?.prices?.input;
  return {
    node: node.id,
    model: name ?? model.source,
    calls: texts === undefined ? null : Math.ceil(texts.reduce((sum, { count }) => sum + count, 0) / batchSize),
    promptTokens,
    answerTokens: 0,
    usd: promptTokens === null || price === undefined ? null : (promptTokens * price) / 1e6,
    notes: [...notes],
  };
}

/** Texts that have one bound, and how many of them there can be; undefined where nothing limits their number. */
function textsOf(
  checked: CheckedWorkflow,
  node: NodeOf<'embeddingGenerate'>,
): readonly { readonly bound: Bound; readonly count: number }[] | undefined {
  const { input = [] } = node.config;
  if (!(input instanceof Template)) return input.map((text) => ({ bound: boundOfTemplate(checked, text), count: 1 }));
  const expression = input.single;
  const schema = expression && typeOfExpression(expression, checked.scopeOf(node)).schema;
  const types = schema === undefined ? ['string'] : typesOf(schema);
  if (types.join() === 'string') return [{ bound: boundOfTemplate(checked, input), count: 1 }];
  const { maxItems, items } = meaningOf(schema ?? {});
  if (types.join() !== 'array' || maxItems === undefined) return undefined;
  return [{ bound: boundOfValue(items ?? {}, `a text of \`${node.id}\``), count: maxItems }];
}
