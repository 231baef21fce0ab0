import type { NodeCodeGenerator } from '../../NodeCodeGenerator.ts';
import * as py from '../../syntax/build.ts';
import { isIdentifier } from '../../syntax/names.ts';
import { resultAnnotation } from '../resultType.ts';

export const pythonFunction: NodeCodeGenerator<'pythonFunction'> = {
  callsOut: true,
  valueType: (node, scope) => resultAnnotation(node, scope, node.id),
  annotates: () => true,
  value: (node, scope) => {
    const args = Object.entries(node.config.args).map(([name, value]) => {
      // A keyword argument has to be the very name the function declares; check has compared the two.
      if (!isIdentifier(name)) throw new Error(`check lets no argument through that is no identifier: ${name}`);
      return py.keyword(name, scope.json(value));
    });
    const called = [py.name('ctx'), py.literal(node.id), scope.functionOf(node.id), ...args];
    return py.awaited(py.call(py.imported('app.runtime.functions', 'call_function'), ...called));
  },
};
