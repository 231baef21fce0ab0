import { Template } from '../../../../workflow/expressions/syntax.ts';
import { allowedHosts, escapedParts, mediaTypeOf } from '../../../../workflow/nodes/rawAnswers.ts';
import type { NodeOf } from '../../../../workflow/types.ts';
import type { NodeCodeGenerator, NodeScope } from '../../NodeCodeGenerator.ts';
import * as py from '../../syntax/build.ts';
import type { Expr, Keyword } from '../../syntax/tree.ts';
import { textOfParts } from '../../workflow/textParts.ts';

const raw = 'app.runtime.raw_answers';

export const response: NodeCodeGenerator<'response'> = {
  valueType: () => undefined,
  annotates: () => false,
  imports: ['escape', 'json_answer', 'redirect', 'text_answer'],
  value: (node, scope) => {
    const { format, output, status } = node.config;
    const rest = status === 200 ? [] : [py.keyword('status', py.literal(status))];
    const own = [...rest, ...headers(node.config, scope)];
    switch (format) {
      case 'answer':
        return py.call(py.imported('app.runtime.context', 'Reply'), scope.json(output), ...rest);
      case 'json':
        return py.call(
          py.imported(raw, 'json_answer'),
          scope.json(output),
          ...kind(node.config, 'application/json'),
          ...own,
        );
      case 'text':
      case 'html': {
        const text = escaped(node.config, scope) ?? scope.json(output);
        return py.call(
          py.imported(raw, 'text_answer'),
          text,
          ...kind(node.config, 'text/plain; charset=utf-8'),
          ...own,
        );
      }
      case 'redirect': {
        const hosts = allowedHosts(node.config);
        const allowed = hosts.length === 0 ? [] : [py.keyword('hosts', py.literal(hosts))];
        return py.call(py.imported(raw, 'redirect'), scope.json(output), ...allowed, ...own);
      }
    }
  },
};

type Config = NodeOf<'response'>['config'];

function kind(config: Config, usual: string): readonly Keyword[] {
  const type = mediaTypeOf(config) ?? usual;
  return type === usual ? [] : [py.keyword('content_type', py.literal(type))];
}

function headers({ headers: given }: Config, scope: NodeScope): readonly Keyword[] {
  const entries = Object.entries(given).map(([name, value]) => py.entry(name, scope.text(value)));
  return entries.length === 0 ? [] : [py.keyword('headers', py.dict(entries))];
}

/** The text of a page in which each value is escaped by itself. */
function escaped(config: Config, scope: NodeScope): Expr | undefined {
  const parts = escapedParts(config)?.map((part) => {
    if (part.kind === 'text') return part.text;
    const text = scope.text(new Template('', [part], []));
    return { code: py.call(py.imported('html', 'escape'), text), schema: { type: 'string' } } as const;
  });
  return parts && textOfParts(parts);
}
