import { typeWords } from '../../diagnostics/words.ts';
import { itemsOf, meaningOf, typesOf, type JsonSchema } from '../../jsonSchema.ts';
import { bodyOf, fileOf } from '../../nodes/requestBody.ts';
import { changeTo } from '../fixes.ts';
import { endpointOf, isTrigger } from '../../trigger.ts';
import type { NodeRule } from '../context.ts';

/** The input is an object, and one that the method can carry. */
export const inputSchema: NodeRule = (context, reporter) => {
  for (const node of context.nodes.filter(isTrigger)) {
    const endpoint = endpointOf(node);
    const { inputSchema: schema, method } = endpoint;
    const carried = bodyOf(endpoint);
    const path = context.pathOf(node, 'config', 'inputSchema');
    const types = typesOf(schema);
    if (types.length !== 1 || types[0] !== 'object') {
      const found = typeWords(types);
      reporter.report(
        'input-schema-not-object',
        { found },
        { path },
        { fixes: [changeTo(reporter, [...path, 'type'], 'object')] },
      );
      continue;
    }
    if (carried === 'json') continue;
    for (const [property, value] of Object.entries(meaningOf(schema).properties ?? {})) {
      if (fileOf(value) !== undefined || isSingle(value)) continue;
      const items = itemsOf(value);
      if (carried !== 'query' && typesOf(value).join() === 'array' && items !== undefined && isSingle(items)) continue;
      reporter.report(
        'non-scalar-query-input',
        { carried, method, property },
        { path: [...path, 'properties', property], at: 'key' },
      );
    }
  }
};

function isSingle(schema: JsonSchema): boolean {
  const kinds = typesOf(schema);
  return kinds.length > 0 && !kinds.includes('object') && !kinds.includes('array');
}
