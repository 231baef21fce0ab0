import type { NodeCodeGenerator } from '../../NodeCodeGenerator.ts';
import * as py from '../../syntax/build.ts';
import { union } from '../../workflow/schemaTypes.ts';

const imports = ['as_items', 'at_most', 'failed_item', 'in_round', 'note_item', 'run_items', 'send_item', 'skip_item'];

/** What it runs is a step of the plan with a body, which `writeLoop` writes. */
export const loop: NodeCodeGenerator<'loop'> = {
  imports,
  valueType: (node, scope) => {
    const result = scope.resultType();
    const isAny = result.kind === 'name' && result.name === 'Any';
    const failed = node.config.onItemError === 'collect' && !isAny ? [failedItem] : [];
    const parts = result.kind === 'union' ? result.members : [result];
    return py.subscript(py.name('list'), union([...parts, ...failed]));
  },
  annotates: () => true,
  value: () => undefined,
};

const failedItem = py.subscript(py.name('dict'), py.tuple([py.name('str'), py.imported('typing', 'Any')]));

/** What is carried from round to round may be of another type in each. */
export const repeat: NodeCodeGenerator<'repeat'> = {
  imports: ['count', ...imports],
  valueType: () => py.imported('typing', 'Any'),
  annotates: () => true,
  value: () => undefined,
};
