import { isList, isRecord, Unknown, WholeFloat, type Value } from '../../../../workflow/expressions/values.ts';
import * as py from '../../syntax/build.ts';
import type { Expr } from '../../syntax/tree.ts';

/** What a value has to be equal to; `ANY` stands for parts that nobody knows before the service runs. */
export function expected(value: Value): Expr {
  if (value instanceof Unknown) return py.imported('unittest.mock', 'ANY');
  if (value instanceof WholeFloat) return py.literal(value.value);
  if (isList(value)) return py.list(value.map(expected));
  if (isRecord(value)) return py.dict(Object.entries(value).map(([key, member]) => py.entry(key, expected(member))));
  return py.literal(value);
}
