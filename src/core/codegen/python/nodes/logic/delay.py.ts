import type { NodeCodeGenerator } from '../../NodeCodeGenerator.ts';
import { runtimeOf } from '../../durable/modules.ts';
import * as py from '../../syntax/build.ts';

export const delay: NodeCodeGenerator<'delay'> = {
  valueType: () => undefined,
  annotates: () => false,
  value: ({ id, config: { seconds } }, scope) => {
    const given = typeof seconds === 'number' ? py.literal(seconds) : scope.value(seconds);
    return py.awaited(py.call(runtimeOf(scope.checked.file).delay, py.name('ctx'), py.literal(id), given));
  },
};
