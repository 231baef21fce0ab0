import { expect, test } from 'vitest';

import { schemaOfAnnotation } from '../../../src/core/workflow/python/annotations.ts';
import { pythonSignature } from '../../../src/core/workflow/python/PythonModule.ts';

test.each([
  ['str', { type: 'string' }],
  ['int | None', { anyOf: [{ type: 'integer' }, { type: 'null' }] }],
  ['list[dict[str, float]]', { type: 'array', items: { type: 'object', additionalProperties: { type: 'number' } } }],
  [
    'dict[str, list[int] | bool]',
    {
      type: 'object',
      additionalProperties: { anyOf: [{ type: 'array', items: { type: 'integer' } }, { type: 'boolean' }] },
    },
  ],
  ['dict[str, Any]', { type: 'object', additionalProperties: {} }],
  ['list', { type: 'array' }],
  ['dict[int, str]', {}],
  ['Order', {}],
  ['Order | None', {}],
  ['"str"', {}],
  ['tuple[str, int]', {}],
  ['', {}],
])('%s', (annotation, schema) => {
  expect(schemaOfAnnotation(annotation)).toEqual(schema);
});

test.each([
  ['def f(a: int) -> dict[str, int]:\n    return {}\n', 'dict[str, int]'],
  ['async def f(a):\n    return 1\n', undefined],
  ['@wraps\ndef f(a) -> int:\n    return 1\n', undefined],
])('is read of %j', (code, returns) => {
  expect(pythonSignature(code, 'f')?.returns).toBe(returns);
});
