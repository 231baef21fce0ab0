import { Template } from '../../../../workflow/expressions/syntax.ts';
import type { NodeCodeGenerator } from '../../NodeCodeGenerator.ts';
import * as py from '../../syntax/build.ts';
import type { Keyword } from '../../syntax/tree.ts';
import { resultAnnotation } from '../resultType.ts';

/** The operation is a constant; key and values are given to it. */
export const redisOperation: NodeCodeGenerator<'redisOperation'> = {
  callsOut: true,
  imports: ['RedisOperation'],
  settings: ['app/runtime/redis_settings.py'],
  shared: py.imported('app.runtime.redis_connections', 'RedisConnections'),
  valueType: (node, scope) => resultAnnotation(node, scope, node.id),
  annotates: () => true,
  value: (node, scope) => {
    const { operation, key, field, value, by, ttl, onlyIfMissing } = node.config;
    const made = py.call(
      py.imported('app.outside.redis', 'RedisOperation'),
      py.literal(node.id),
      py.literal(operation),
      ...(ttl === undefined ? [] : [py.keyword('ttl', py.literal(ttl))]),
      ...(onlyIfMissing === true ? [py.keyword('only_if_missing', py.literal(true))] : []),
    );
    const send = py.attribute(scope.constant(node.id, undefined, made), 'send');
    const given: readonly Keyword[] = [
      ...(field === undefined ? [] : [py.keyword('field', scope.text(field))]),
      ...(value === undefined ? [] : [py.keyword('value', scope.json(value))]),
      ...(by === undefined ? [] : [py.keyword('by', by instanceof Template ? scope.value(by) : py.literal(by))]),
    ];
    return py.awaited(py.call(send, py.name('ctx'), scope.text(key), ...given));
  },
};
