import { asJson } from '../../../../workflow/json.ts';
import type { NodeCodeGenerator } from '../../NodeCodeGenerator.ts';
import * as py from '../../syntax/build.ts';

const any = py.imported('typing', 'Any');
const dict = py.subscript(py.name('dict'), py.tuple([py.name('str'), any]));

/** The schema is a constant; a value that does not fit ends the run, so it is checked also where nobody reads it. */
export const validate: NodeCodeGenerator<'validate'> = {
  acts: true,
  imports: ['report', 'valid'],
  valueType: (node) => (node.config.onInvalid === 'fail' ? any : dict),
  annotates: (node) => node.config.onInvalid === 'fail',
  value: (node, scope) => {
    const { value, schema, onInvalid } = node.config;
    const constant = scope.constant(`${node.id} schema`, dict, py.literal(asJson(schema)));
    const check = onInvalid === 'fail' ? 'valid' : 'report';
    return py.call(py.imported('app.transforms.checks', check), scope.json(value), constant);
  },
};

/** The expression is a constant, read once. */
export const jsonTransform: NodeCodeGenerator<'jsonTransform'> = {
  imports: ['JsonQuery'],
  valueType: () => any,
  annotates: () => false,
  value: (node, scope) => {
    const made = py.call(py.imported('app.transforms.json_query', 'JsonQuery'), py.literal(node.config.expression));
    const query = scope.constant(node.id, undefined, made);
    return py.call(py.attribute(query, 'of'), scope.json(node.config.value));
  },
};
