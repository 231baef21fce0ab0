import type { NodeCodeGenerator } from '../../NodeCodeGenerator.ts';
import * as py from '../../syntax/build.ts';
import { resultAnnotation } from '../resultType.ts';

/** The limit is a constant, whose counts are told apart from those of other workflows; the key is given to it. */
export const rateLimit: NodeCodeGenerator<'rateLimit'> = {
  callsOut: true,
  imports: ['RateLimit'],
  settings: ['app/runtime/redis_settings.py'],
  shared: py.imported('app.outside.counters', 'Counters'),
  valueType: (node, scope) => resultAnnotation(node, scope, node.id),
  annotates: () => true,
  value: (node, scope) => {
    const { key, limit, seconds } = node.config;
    const made = py.call(
      py.imported('app.transforms.rate_limits', 'RateLimit'),
      py.literal(node.id),
      py.keyword('limit', py.literal(limit)),
      py.keyword('seconds', py.literal(seconds)),
      py.keyword('scope', py.literal(scope.checked.file.name)),
    );
    const send = py.attribute(scope.constant(node.id, undefined, made), 'send');
    return py.awaited(py.call(send, py.name('ctx'), scope.text(key)));
  },
};
