import { evaluateJson, evaluateTemplate, type RootValue } from '../expressions/evaluate.ts';
import { isRecord, numberIn, Unknown, unknownIn, ValueError, isList, type Value } from '../expressions/values.ts';
import type { Json } from '../json.ts';
import { misfit } from '../schemaFit.ts';
import type { NodeOf } from '../types.ts';
import { editedFields } from './fields.ts';
import { aggregatedItems, matchingItems, sortedItems } from './items.ts';

type TransformNode = NodeOf<
  'editFields' | 'filterArray' | 'sortArray' | 'aggregate' | 'validate' | 'jsonTransform' | 'cryptoGenerate'
>;

/**
 * What a node makes of values, as the generated service does.
 * @throws MissingValue, ValueError where the run fails
 */
export function transformed(node: TransformNode, root: RootValue): Value {
  switch (node.type) {
    case 'editFields': {
      const { from, rename, remove, set } = node.config;
      const value = from === undefined ? {} : evaluateTemplate(from, root);
      const changed = Object.entries(set).map(([key, each]): [string, Value] => [key, evaluateJson(each, root)]);
      return editedFields(value, { rename, remove, set: Object.fromEntries(changed) });
    }
    case 'filterArray': {
      const { items, where, match } = node.config;
      const conditions = where.map(({ value = null, ...rest }) => ({ ...rest, value: evaluateJson(value, root) }));
      return matchingItems(evaluateTemplate(items, root), conditions, match);
    }
    case 'sortArray':
      return sortedItems(evaluateTemplate(node.config.items, root), node.config.by);
    case 'aggregate':
      return aggregatedItems(evaluateTemplate(node.config.items, root), node.config.groupBy, node.config.values);
    case 'validate':
      return checked(node.config, evaluateJson(node.config.value, root));
    case 'jsonTransform':
      return madeOf(evaluateJson(node.config.value, root));
    case 'cryptoGenerate':
      if (node.config.kind === 'uuid' || node.config.kind === 'token') return new Unknown(true);
      return madeOf(node.config.value === undefined ? null : evaluateJson(node.config.value, root));
  }
}

/** What is worked out from a value in a way that is not known here. */
function madeOf(value: Value): Unknown {
  return new Unknown(unknownIn(value)?.varies ?? false);
}

function checked({ schema, onInvalid }: NodeOf<'validate'>['config'], value: Value): Value {
  const unknown = unknownIn(value);
  const problem = unknown === undefined ? misfit(plainJson(value), schema) : undefined;
  if (onInvalid === 'fail') {
    if (problem !== undefined) throw new ValueError('It does not fit the schema.');
    return value;
  }
  if (unknown !== undefined) return { valid: unknown, errors: unknown };
  return { valid: problem === undefined, errors: problem === undefined ? [] : new Unknown(false) };
}

/** A value in which all is known. */
function plainJson(value: Value): Json {
  if (isList(value)) return value.map(plainJson);
  if (isRecord(value)) return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plainJson(each)]));
  if (typeof value === 'object' && value !== null) return numberIn(value) ?? null;
  return value;
}
