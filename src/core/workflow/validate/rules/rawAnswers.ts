import { Template } from '../../expressions/syntax.ts';
import { typeOfTemplateJson } from '../../expressions/templateTypes.ts';
import { typesOf } from '../../jsonSchema.ts';
import type { NodeOf } from '../../types.ts';
import { streamedAnswers } from '../../nodes/rawAnswers.ts';
import { nodesOfType, type CheckContext, type NodeRule } from '../context.ts';
import { scopeOf } from '../expressionContext.ts';

/** RFC 9110, 8.3.1, in what a header can hold. */
const mediaType = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(?:; *[\w.-]+=[\w.+-]+)*$/;
const headerName = /^[\w!#$%&'*+.^|~-]+$/;
/** What the server or other keys of the config say. */
const taken = new Set('connection content-length content-type location transfer-encoding x-request-id'.split(' '));
const redirects: readonly number[] = [301, 302, 303, 307, 308];

/** Formats that may be of several kinds. */
const typed: readonly string[] = ['json', 'text', 'stream', 'file'];

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
  const isText = format !== 'answer' && format !== 'json';
  const isBroken = output instanceof Template && output.problems.length > 0;
  if (isText && !isBroken && typesOf(typeOfTemplateJson(output, scopeOf(context, node))).join() !== 'string')
    yield { key: 'output', problem: `\`format\` is \`${format}\`, whose output has to be a text` };
  if (format === 'redirect' && !redirects.includes(status))
    yield {
      key: 'format',
      problem: `a redirect has one of the statuses ${redirects.join(', ')}, and this one has ${status}`,
    };
  yield* streamFindings(context, node);
  yield* folderFindings(context, node);
  if (node.config.filename !== undefined && format !== 'file')
    yield { key: 'filename', problem: `\`format\` is \`${format}\`, and only a file has a name` };
  if (contentType !== undefined && !typed.includes(format))
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

/** A file that lies in a folder of the operator. */
function* folderFindings(context: CheckContext, node: NodeOf<'response'>): Generator<Finding> {
  const { folder, format, status } = node.config;
  if (folder === undefined) return;
  const problem = (text: string): Finding => ({ key: 'folder', problem: text });
  const { env, durable } = context.file;
  if (format !== 'file') yield problem(`\`format\` is \`${format}\`, and only a file lies in a folder`);
  if (!env.includes(folder))
    yield problem(`${JSON.stringify(folder)} is no variable of \`env\`, whose value is the folder`);
  if (status !== 200) yield problem(`a file of a folder is answered with the status 200, and this one has ${status}`);
  if (durable === true) yield problem('a durable run keeps its answer, and the file may be another by then');
}

/** A text that leaves while it comes has begun before the run is over. */
function* streamFindings(context: CheckContext, node: NodeOf<'response'>): Generator<Finding> {
  const { format, contentType, headers, status } = node.config;
  if (format !== 'stream') return;
  const problem = (text: string): Finding => ({ key: 'format', problem: `\`format\` is \`stream\`, ${text}` });
  if (!context.file.edges.some(({ target, targetHandle }) => target === node.id && targetHandle === 'stream'))
    yield problem('and no model streams into it: connect the `stream` of one with its input `stream`');
  if (status !== 200 || Object.keys(headers).length > 0)
    yield problem('which begins before its status and its headers could be told: leave them out');
  if (context.file.durable === true) yield problem('and a durable run is answered when it has ended');
  if (context.trigger !== undefined && context.trigger.type !== 'httpEndpoint')
    yield problem('which only an `httpEndpoint` answers with');
  if (/html|xml|svg/iu.test(contentType ?? ''))
    yield { key: 'contentType', problem: 'what a model says must not be a page or a document that browsers run' };
  if (streamedAnswers(context).some(({ config }) => config.contentType !== contentType))
    yield { key: 'contentType', problem: 'all streams of a workflow are of one kind' };
}
