import { isOnly } from '../../workflow/compiled.ts';
import type { NodeCodeGenerator } from '../../NodeCodeGenerator.ts';
import * as py from '../../syntax/build.ts';
import { resultAnnotation } from '../resultType.ts';

/** A dict where fields are only set, as one writes it; else a function of the runtime. */
export const editFields: NodeCodeGenerator<'editFields'> = {
  imports: ['edited'],
  valueType: (node, scope) => resultAnnotation(node, scope, node.id),
  annotates: () => true,
  value: (node, scope) => {
    const { from, rename, remove, set } = node.config;
    const entries = Object.entries(set).map(([key, value]) => py.entry(key, scope.json(value)));
    const base = from === undefined ? undefined : scope.compiled(from);
    const isPlain = Object.keys(rename).length === 0 && remove.length === 0;
    if (isPlain && base === undefined) return py.dict(entries);
    if (isPlain && base !== undefined && isOnly(base.schema, 'object') && !base.isOptional)
      return py.dict([py.spread(base.code), ...entries]);
    const renamed = Object.entries(rename).map(([old, name]) => py.entry(old, py.literal(name)));
    return py.call(
      py.imported('app.transforms.fields', 'edited'),
      base?.code ?? py.dict([]),
      ...(renamed.length === 0 ? [] : [py.keyword('rename', py.dict(renamed))]),
      ...(remove.length === 0 ? [] : [py.keyword('remove', py.list(remove.map((key) => py.literal(key))))]),
      ...(entries.length === 0 ? [] : [py.keyword('change', py.dict(entries))]),
    );
  },
};
