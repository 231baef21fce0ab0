import { Template } from '../../../../workflow/expressions/syntax.ts';
import type { NodeCodeGenerator } from '../../NodeCodeGenerator.ts';
import * as py from '../../syntax/build.ts';

export const log: NodeCodeGenerator<'log'> = {
  imports: ['write_line'],
  acts: true,
  valueType: () => undefined,
  annotates: () => false,
  value: (node, scope) => {
    const { message, level, fields } = node.config;
    const entries = Object.entries(fields).map(([key, value]) => py.entry(key, scope.json(value)));
    return py.call(
      py.imported('app.transforms.logs', 'write_line'),
      py.name('ctx'),
      py.literal(node.id),
      scope.text(message),
      ...(level === 'info' ? [] : [py.keyword('level', py.literal(level))]),
      ...(entries.length === 0 ? [] : [py.keyword('fields', py.dict(entries))]),
    );
  },
};

/** The instrument is a constant; values and attributes are given to it. */
export const metrics: NodeCodeGenerator<'metrics'> = {
  imports: ['Metric'],
  acts: true,
  valueType: () => undefined,
  annotates: () => false,
  value: (node, scope) => {
    const { name, kind, value, unit, attributes } = node.config;
    const made = py.call(
      py.imported('app.transforms.measurements', 'Metric'),
      py.literal(name),
      py.literal(kind),
      ...(unit === undefined ? [] : [py.keyword('unit', py.literal(unit))]),
    );
    const metric = scope.constant(node.id, undefined, made);
    const given = value instanceof Template ? scope.value(value) : py.literal(value);
    const entries = Object.entries(attributes).map(([key, each]) => py.entry(key, scope.value(each)));
    return py.call(py.attribute(metric, 'record'), given, ...(entries.length === 0 ? [] : [py.dict(entries)]));
  },
};
