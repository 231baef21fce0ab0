import type { NodeCodeGenerator } from '../../NodeCodeGenerator.ts';
import * as py from '../../syntax/build.ts';

export const delay: NodeCodeGenerator<'delay'> = {
  valueType: () => undefined,
  annotates: () => false,
  value: ({ id, config: { seconds } }, scope) => {
    const given = typeof seconds === 'number' ? py.literal(seconds) : scope.value(seconds);
    return py.awaited(py.call(py.imported('app.runtime.delay', 'delay'), py.name('ctx'), py.literal(id), given));
  },
};
