import type { Reporter } from '../../diagnostics/report.ts';
import type { JsonPath } from '../../json.ts';
import { memberAtPath } from '../../fieldPath.ts';
import { typesOf, type JsonSchema } from '../../jsonSchema.ts';
import { listOfPage } from '../../nodes/configs/outside.ts';
import type { NodeOf } from '../../types.ts';
import { nodesOfType, outsideNodes, type NodeRule } from '../context.ts';
import { remove } from '../fixes.ts';

/** RFC 9110, 5.6.2 */
export const headerName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** What the client says itself: https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1 */
const ownHeaders: readonly string[] = ['host', 'content-length', 'transfer-encoding', 'connection', 'upgrade', 'te'];

const secretHeaders: readonly string[] = [
  'authorization',
  'proxy-authorization',
  'cookie',
  'x-api-key',
  'api-key',
  'x-auth-token',
];

/** Headers of requests to other services. */
export const requestHeaders: NodeRule = (context, reporter) => {
  for (const node of outsideNodes(context)) {
    for (const [name, value] of Object.entries(node.config.headers)) {
      const path = context.pathOf(node, 'config', 'headers', name);
      const problem = headerProblem(name);
      if (problem !== undefined) {
        reporter.report('invalid-request-header', { name, problem }, { path, at: 'key' }, removal(reporter, path));
      } else if (secretHeaders.includes(name.toLowerCase()) && value.constant !== undefined && value.constant !== '') {
        reporter.report('secret-in-file', { name }, { path });
      }
    }
  }
};

function removal(reporter: Reporter, path: JsonPath) {
  return { fixes: [remove(reporter, path, 'Remove it')] };
}

function headerProblem(name: string): string | undefined {
  if (!headerName.test(name)) return 'it has a character that HTTP does not allow in a name';
  return ownHeaders.includes(name.toLowerCase()) ? 'the client sets it itself' : undefined;
}

/** The bodies of requests, and how the pages of answers are asked for. */
export const requestBodies: NodeRule = (context, reporter) => {
  for (const node of nodesOfType(context, 'httpRequest')) {
    const { body, method, pages, answerSchema } = node.config;
    const path = context.pathOf(node, 'config', 'body');
    const problem = body === undefined ? undefined : bodyProblem(body, method);
    if (problem !== undefined) reporter.report('unfit-body', { problem }, { path });
    for (const [name, part] of Object.entries(body?.multipart ?? {})) {
      const both = 'content' in part && part.content !== undefined && part.base64 !== undefined;
      if (!both) continue;
      const place = { path: [...path, 'multipart', name] };
      reporter.report('unfit-body', { problem: 'a file has `content` or `base64`, not both' }, place);
    }
    const unfit = pages && (missingInPages(pages) ?? missingInSchema(pages, answerSchema));
    if (unfit !== undefined)
      reporter.report('unfit-pages', { problem: unfit }, { path: context.pathOf(node, 'config', 'pages') });
  }
};

type Config = NodeOf<'httpRequest'>['config'];

function bodyProblem(body: NonNullable<Config['body']>, method: string): string | undefined {
  const given = Object.entries(body).filter(([, value]) => value !== undefined);
  if (given.length === 0) return 'it has none of `json`, `form`, `text` and `multipart`';
  if (given.length > 1) return `it has ${given.map(([name]) => `\`${name}\``).join(' and ')}`;
  return method === 'GET' || method === 'HEAD' ? `a ${method} has none` : undefined;
}

function missingInPages({ by, at, parameter }: NonNullable<Config['pages']>): string | undefined {
  if ((by === 'next' || by === 'cursor') && (at ?? '') === '') return `\`${by}\` needs \`at\``;
  if ((by === 'page' || by === 'cursor') && (parameter ?? '') === '') return `\`${by}\` needs \`parameter\``;
  return undefined;
}

/** What is read of a page that its schema rules out. */
function missingInSchema({ by, at, items }: NonNullable<Config['pages']>, page: JsonSchema = {}): string | undefined {
  const list = listOfPage(page, items);
  const types = list && typesOf(list);
  if (types === undefined || (types.length > 0 && !types.includes('array'))) {
    const place =
      (items ?? '') === '' ? 'which is no list itself, and `items` is not set' : `which has no list at \`${items}\``;
    return `\`answerSchema\` is that of one page, ${place}`;
  }
  if ((by !== 'next' && by !== 'cursor') || at === undefined || memberAtPath(page, at) !== undefined) return undefined;
  return `\`answerSchema\` is that of one page, which has nothing at \`${at}\``;
}
