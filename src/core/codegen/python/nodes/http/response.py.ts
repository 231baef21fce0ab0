import { allowedHosts, escapedPage, mediaTypeOf } from '../../../../workflow/nodes/rawAnswers.ts';
import type { NodeOf } from '../../../../workflow/types.ts';
import type { NodeCodeGenerator, NodeScope } from '../../NodeCodeGenerator.ts';
import * as py from '../../syntax/build.ts';
import type { Expr, Keyword } from '../../syntax/tree.ts';

const raw = 'app.runtime.raw_answers';

export const response: NodeCodeGenerator<'response'> = {
  valueType: () => undefined,
  annotates: () => false,
  imports: ['file_answer', 'json_answer', 'redirect', 'stored_file', 'text_answer'],
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
      case 'file':
        return file(node.config, [
          scope.json(output),
          ...(node.config.filename === undefined ? [] : [py.keyword('filename', scope.text(node.config.filename))]),
          ...kind(node.config, 'application/octet-stream'),
          ...(node.config.inline ? [py.keyword('inline', py.literal(true))] : []),
          ...own,
        ]);
      case 'text':
      case 'stream':
      case 'html': {
        const page = escapedPage(node.config);
        const text = page === undefined ? scope.json(output) : scope.text(page);
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

/** A file whose content is given, or one that lies in a folder. */
function file({ folder }: Config, given: readonly (Expr | Keyword)[]): Expr {
  if (folder === undefined) return py.call(py.imported('app.runtime.file_answers', 'file_answer'), ...given);
  const stored = py.imported('app.runtime.stored_files', 'stored_file');
  return py.awaited(py.call(stored, py.name('ctx'), py.literal(folder), ...given));
}

function kind(config: Config, usual: string): readonly Keyword[] {
  const type = mediaTypeOf(config) ?? usual;
  return type === usual ? [] : [py.keyword('content_type', py.literal(type))];
}

function headers({ headers: given }: Config, scope: NodeScope): readonly Keyword[] {
  const entries = Object.entries(given).map(([name, value]) => py.entry(name, scope.text(value)));
  return entries.length === 0 ? [] : [py.keyword('headers', py.dict(entries))];
}
