import { typeWords } from '../../diagnostics/words.ts';
import type { Reporter } from '../../diagnostics/report.ts';
import type { Template } from '../../expressions/syntax.ts';
import { typeOfExpression } from '../../expressions/types.ts';
import type { JsonPath } from '../../json.ts';
import { itemsOf, meaningOf, memberOf, typesOf, type JsonSchema } from '../../jsonSchema.ts';
import { payloadOf, type FilterCondition } from '../../nodes/configs/qdrant.ts';
import { suggest } from '../../suggest.ts';
import type { NodeOf } from '../../types.ts';
import { nodesOfType, type NodeContext, type NodeRule } from '../context.ts';
import { scopeOf } from '../expressionContext.ts';
import { changeTo } from '../fixes.ts';

/** The runtime takes the same names; see `check_name` there. */
const collectionName = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$/;

/** Which documents are loaded, and how they are cut. */
export const loadedDocuments: NodeRule = (context, reporter) => {
  for (const node of nodesOfType(context, 'loadDocuments')) {
    const problem = documentsProblem(node.config);
    if (problem !== undefined)
      reporter.report('unfit-documents', { problem }, { path: context.pathOf(node, 'config') });
  }
  for (const node of nodesOfType(context, 'splitText')) {
    const { overlap, size } = node.config;
    if (overlap * 2 <= size) continue;
    const path = context.pathOf(node, 'config', 'overlap');
    const fixes = [changeTo(reporter, path, Math.floor(size / 10))];
    reporter.report('overlap-too-large', { overlap, size }, { path }, { fixes });
  }
};

function documentsProblem({ path, content, base64, name }: NodeOf<'loadDocuments'>['config']): string | undefined {
  const given = Object.entries({ path, content, base64 }).filter(([, value]) => value !== undefined);
  if (given.length > 1) return `it has ${given.map(([key]) => `\`${key}\``).join(' and ')}`;
  if (base64 !== undefined && name === undefined) return '`base64` needs a `name`';
  return name !== undefined && content === undefined && base64 === undefined
    ? '`name` is there without `content` or `base64`'
    : undefined;
}

/** What collections are called, and which vectors and conditions they are asked with. */
export const vectorSearches: NodeRule = (context, reporter) => {
  for (const node of [...nodesOfType(context, 'qdrantUpsert'), ...nodesOfType(context, 'qdrantSearch')]) {
    const name = node.config.collection.constant;
    const path = context.pathOf(node, 'config', 'collection');
    if (name !== undefined && !collectionName.test(name))
      reporter.report('invalid-collection-name', { name }, { path });
  }
  for (const node of nodesOfType(context, 'qdrantUpsert')) {
    const { pieces, vectors } = node.config;
    const inner = typeOf(context, node, vectors);
    checkList(reporter, 'pieces', typeOf(context, node, pieces), context.pathOf(node, 'config', 'pieces'), 'object');
    checkList(reporter, 'vectors', inner, context.pathOf(node, 'config', 'vectors'), 'array');
  }
  for (const node of nodesOfType(context, 'qdrantSearch')) {
    const { vector, filter } = node.config;
    const path = context.pathOf(node, 'config', 'vector');
    if (vector !== undefined) checkList(reporter, 'vector', typeOf(context, node, vector), path, 'number');
    for (const key of ['all', 'any', 'none'] as const)
      for (const [index, condition] of (filter?.[key] ?? []).entries())
        checkCondition(
          reporter,
          payloadOf(node.config),
          condition,
          context.pathOf(node, 'config', 'filter', key, index),
        );
  }
};

function typeOf(
  context: NodeContext,
  node: NodeOf<'qdrantUpsert' | 'qdrantSearch'>,
  template: Template,
): JsonSchema | undefined {
  if (template.problems.length > 0) return undefined;
  if (template.single === undefined) return { type: 'string' };
  return typeOfExpression(template.single, scopeOf(context, node)).schema;
}

const listed = {
  pieces: { expected: 'a list of pieces', hint: 'Take `pieces` of Split Text: `{{ nodes.ID.output.pieces }}`.' },
  vectors: {
    expected: 'a list of vectors',
    hint: 'Take `embeddings` of Generate Embedding: `{{ nodes.ID.output.embeddings }}`.',
  },
  vector: { expected: 'a vector', hint: 'Take one of the embeddings: `{{ nodes.ID.output.embeddings[0] }}`.' },
} as const;

function checkList(
  reporter: Reporter,
  key: keyof typeof listed,
  schema: JsonSchema | undefined,
  path: JsonPath,
  wanted: 'object' | 'array' | 'number',
): void {
  if (schema === undefined) return;
  const types = typesOf(schema);
  if (types.length === 0) return;
  const items = types.includes('array') ? typesOf(itemsOf(schema) ?? {}) : [];
  const fits = wanted === 'number' ? ['number', 'integer'] : [wanted];
  if (types.includes('array') && (items.length === 0 || items.some((type) => fits.includes(type)))) return;
  const found = types.includes('array') ? `a list of ${typeWords(items)}` : typeWords(types);
  const { expected, hint } = listed[key];
  reporter.report('wrong-expression-type', { name: `\`${key}\``, expected, found, hint }, { path });
}

function checkCondition(reporter: Reporter, payload: JsonSchema, condition: FilterCondition, path: JsonPath): void {
  const problem = conditionProblem(condition);
  if (problem !== undefined) reporter.report('filter-form', { problem }, { path });
  let within: JsonSchema = payload;
  for (const name of condition.field.split('.')) {
    if (typesOf(within).length === 0) return;
    const member = memberOf(within, name);
    if (member === 'unknown') return;
    if (member === undefined) {
      const known = Object.keys(meaningOf(within).properties ?? {});
      const suggestion = suggest(name, known);
      const place = [...path, 'field'];
      const fixes = condition.field === name ? [changeTo(reporter, place, suggestion)] : [];
      reporter.report(
        'unknown-payload-field',
        { field: condition.field, known },
        { path: place },
        { suggestion, fixes },
      );
      return;
    }
    within = member.schema;
  }
}

function conditionProblem({ equals, oneOf, least, most, contains, missing }: FilterCondition): string | undefined {
  const range = least ?? most;
  const ways = Object.entries({ equals, oneOf, 'least and most': range, contains, missing }).filter(
    ([, value]) => value !== undefined,
  );
  if (ways.length === 0) return 'it says nothing about the field';
  if (ways.length > 1) return `it has ${ways.map(([name]) => `\`${name}\``).join(' and ')}`;
  return Array.isArray(oneOf) && oneOf.length === 0 ? 'its list is empty' : undefined;
}
