import type { NodeCodeGenerator } from '../../NodeCodeGenerator.ts';
import * as py from '../../syntax/build.ts';

/** The trigger's value is the validated input, which `run` gets as its argument. */
export const httpEndpoint: NodeCodeGenerator<'httpEndpoint'> = {
  imports: ['Given', 'from_openai'],
  valueType: () => undefined,
  annotates: () => false,
  value: () => py.call(py.imported('app.runtime.expressions', 'plain'), py.name('inputs')),
};
