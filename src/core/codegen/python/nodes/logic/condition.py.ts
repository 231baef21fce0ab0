import type { NodeCodeGenerator } from '../../NodeCodeGenerator.ts';
import * as py from '../../syntax/build.ts';

export const condition: NodeCodeGenerator<'condition'> = {
  valueType: () => undefined,
  annotates: () => false,
  value: () => undefined,
  decision: {
    type: py.name('bool'),
    whenTrue: 0,
    tests: (node, scope, _result, isKept) => ({
      before: [],
      ways: [{ way: 0, test: scope.test(node.config.expression, isKept) }],
    }),
  },
};
