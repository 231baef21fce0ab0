import { Template } from '../../expressions/syntax.ts';
import { typeOfTemplateJson } from '../../expressions/templateTypes.ts';
import { typesOf } from '../../jsonSchema.ts';
import type { NodeOf } from '../../types.ts';
import { nodesOfType, type CheckContext, type NodeRule } from '../context.ts';
import { scopeOf } from '../expressionContext.ts';

/** RFC 9110, 8.3.1, in what a header can hold. */
const mediaType = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(?:; *[\w.-]+=[\w.+-]+)*$/;
const headerName = /^[\w!#$%&'*+.^|~-]+$/;
/** What the server or other keys of the config say. */
const taken = new Set('connection content-length content-type location transfer-encoding x-request-id'.split(' '));
const redirects: readonly number[] = [301, 302, 303, 307, 308];

interface Finding {
  readonly key: string;
  readonly problem: string;
}

/** Answers that are no envelope can be sent as they are written. */
export const rawAnswers: NodeRule = (context, reporter) => {
  for (const node of nodesOfType(context, 'response'))
    for (const { key, problem } of findings(context, node))
      reporter.report('unsendable-answer', { problem }, { path: context.pathOf(node, 'config', ...key.split('/')) });
};

function* findings(context: CheckContext, node: NodeOf<'response'>): Generator<Finding> {
  const { format, contentType, headers, hosts, output, status } = node.config;
  const isText = format === 'text' || format === 'html' || format === 'redirect';
  const isBroken = output instanceof Template && output.problems.length > 0;
  if (isText && !isBroken && typesOf(typeOfTemplateJson(output, scopeOf(context, node))).join() !== 'string')
    yield { key: 'output', problem: `\`format\` is \`${format}\`, whose output has to be a text` };
  if (format === 'redirect' && !redirects.includes(status))
    yield {
      key: 'format',
      problem: `a redirect has one of the statuses ${redirects.join(', ')}, and this one has ${status}`,
    };
  if (contentType !== undefined && format !== 'text' && format !== 'json')
    yield { key: 'contentType', problem: `\`format\` is \`${format}\`, which says already what it is` };
  else if (contentType !== undefined && !mediaType.test(contentType))
    yield { key: 'contentType', problem: `${JSON.stringify(contentType)} is no media type` };
  const names = Object.keys(headers);
  if (names.length > 0 && format === 'answer')
    yield { key: 'headers', problem: 'an answer with output, usage and meta has no headers of its own' };
  for (const name of names)
    if (!headerName.test(name) || taken.has(name.toLowerCase()))
      yield { key: 'headers', problem: `${JSON.stringify(name)} is no header that a workflow can set` };
  for (const [index, host] of hosts.entries())
    if (!/^[\p{L}\p{N}.-]+(?::\d{1,5})?$/u.test(host))
      yield { key: `hosts/${index}`, problem: `${JSON.stringify(host)} is no host; write it as \`shop.example\`` };
}
