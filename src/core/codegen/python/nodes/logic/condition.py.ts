import type { NodeCodeGenerator } from '../../NodeCodeGenerator.ts';
import * as py from '../../syntax/build.ts';

export const condition: NodeCodeGenerator<'condition'> = {
  awaits: false,
  valueType: () => undefined,
  annotates: () => false,
  value: () => undefined,
  decision: {
    type: py.name('bool'),
    whenTrue: 0,
    value: (node, scope, _result, isKept) => scope.test(node.config.expression, isKept),
  },
};
