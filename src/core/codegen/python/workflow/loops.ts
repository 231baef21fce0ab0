import * as py from '../syntax/build.ts';
import type { Identifier } from '../syntax/tree.ts';
import { combined, isOnly, type Compiled } from './compiled.ts';
import { textOfParts } from './textParts.ts';

/** `"".join([… for item in list])` @param parts those of the text that stands there for each item */
export function compileLoop(variable: Identifier, list: Compiled, parts: readonly Compiled[]): Compiled {
  const isList = isOnly(list.schema, 'array') && !list.isOptional;
  const body = textOfParts(parts);
  const made = combined(
    [list],
    { type: 'string' },
    ([items = list.code]) => {
      const given = isList ? items : py.call(py.attribute(py.imported('app.runtime', 'lists'), 'items_of'), items);
      return py.call(py.attribute(py.literal(''), 'join'), py.comprehension(body, variable, given));
    },
    !isList,
  );
  const mayRaise = parts.some(({ guards }) => guards?.length !== 0);
  const mayFail = made.mayFail || parts.some((part) => part.mayFail);
  return { ...made, mayFail, guards: mayRaise ? undefined : made.guards };
}
