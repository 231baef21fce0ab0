import type { NodeCodeGenerator } from '../../NodeCodeGenerator.ts';
import * as py from '../../syntax/build.ts';

export const response: NodeCodeGenerator<'response'> = {
  valueType: () => undefined,
  annotates: () => false,
  value: (node, scope) => {
    const { output, status } = node.config;
    const rest = status === 200 ? [] : [py.keyword('status', py.literal(status))];
    return py.call(py.imported('app.runtime.context', 'Reply'), scope.json(output), ...rest);
  },
};
