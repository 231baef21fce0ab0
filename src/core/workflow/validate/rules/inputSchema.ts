import { typeWords } from '../../diagnostics/words.ts';
import { meaningOf, typesOf } from '../../jsonSchema.ts';
import { changeTo } from '../fixes.ts';
import { endpointOf, isTrigger } from '../../trigger.ts';
import type { NodeRule } from '../context.ts';

/** The input is an object, and one that the method can carry. */
export const inputSchema: NodeRule = (context, reporter) => {
  for (const node of context.nodes.filter(isTrigger)) {
    const { inputSchema: schema, method } = endpointOf(node);
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
    if (method !== 'GET' && method !== 'DELETE') continue;
    for (const [property, value] of Object.entries(meaningOf(schema).properties ?? {})) {
      const kinds = typesOf(value);
      if (kinds.length > 0 && !kinds.includes('object') && !kinds.includes('array')) continue;
      reporter.report(
        'non-scalar-query-input',
        { method, property },
        { path: [...path, 'properties', property], at: 'key' },
      );
    }
  }
};
