import * as py from '../../syntax/build.ts';
import { endpointOf } from './endpoint.ts';
import type { Expr, Stmt } from '../../syntax/tree.ts';
import type { WorkflowModule } from '../workflowModules.ts';
import { expected } from './expectation.ts';
import { isPlainPath, storedText } from './storedFiles.ts';
import { allowedHosts, hostOf, mediaTypeOf } from '../../../../workflow/nodes/rawAnswers.ts';
import { Unknown, type Value } from '../../../../workflow/expressions/values.ts';
import { Template } from '../../../../workflow/expressions/syntax.ts';
import type { NodeOf } from '../../../../workflow/types.ts';
import type { Scene } from './scene.ts';
import type { Rehearsed } from './search.ts';

interface Asked {
  readonly statements: readonly Stmt[];
  /** The object with `output`, `usage` and `meta`, where there is one. */
  readonly body: Expr | undefined;
}

/** Asks, and looks whether there is an answer. */
export function answers(workflow: WorkflowModule, scene: Scene, response: Rehearsed['outcome']['response']): Asked {
  return endpointOf(workflow).stream === 'always' ? inAStream(scene) : inOnePiece(scene, response);
}

/** Asks, and looks at the output as well. */
export function answersAsRehearsed(workflow: WorkflowModule, scene: Scene, { outcome }: Rehearsed): Asked {
  const refusal = refusalOf(outcome);
  if (refusal !== undefined) return refusesToSend(scene, refusal);
  const { statements, body } = answers(workflow, scene, outcome.response);
  if (body === undefined) return { statements: [...statements, ...rawAsRehearsed(workflow, outcome)], body };
  const output = py.subscript(body, 'output');
  const decoded = body.kind === 'name' ? [py.assign(body, py.call(py.attribute(py.name('answer'), 'json')))] : [];
  const asExpected = py.compare(output, outcome.output === null ? 'is' : '==', expected(outcome.output));
  return { statements: [...statements, ...decoded, py.assertion(asExpected)], body };
}

function inAStream(scene: Scene): Asked {
  const events = py.name('events');
  const last = py.subscript(py.attribute(events, 'names'), -1);
  return {
    statements: [
      py.assign(events, scene.asking('stream')),
      py.assertion(py.compare(last, '==', py.literal('done')), events),
    ],
    body: py.attribute(events, 'last'),
  };
}

function inOnePiece(scene: Scene, response: Rehearsed['outcome']['response']): Asked {
  const answer = py.name('answer');
  const status = py.literal(response?.config.status ?? 200);
  return {
    statements: [
      py.assign(answer, scene.asking('ask')),
      py.assertion(py.compare(py.attribute(answer, 'status_code'), '==', status), py.attribute(answer, 'text')),
    ],
    body: response === undefined || response.config.format === 'answer' ? py.name('body') : undefined,
  };
}

/** An answer that is no envelope: what it says, and of what kind it is. */
function rawAsRehearsed(workflow: WorkflowModule, { response, output }: Rehearsed['outcome']): readonly Stmt[] {
  if (response === undefined || output instanceof Unknown) return [];
  const answer = py.name('answer');
  const header = (name: string): Expr => py.subscript(py.attribute(answer, 'headers'), name);
  const { folder, format } = response.config;
  if (format === 'redirect') return isAscii(output) ? [same(header('location'), output)] : [];
  const kind = same(header('content-type'), mediaTypeOf(response.config) ?? '');
  if (folder !== undefined) return [same(py.attribute(answer, 'text'), storedText), kind];
  if (format === 'file' || (format === 'stream' && !isWhatStreams(workflow, response))) return [kind];
  const said = format === 'json' ? py.call(py.attribute(answer, 'json')) : py.attribute(answer, 'text');
  return [same(said, output), kind];
}

/** The code where what a run was given as an address leads where the workflow may not, or is no file. */
function refusalOf({ response, output }: Rehearsed['outcome']): string | undefined {
  if (typeof output !== 'string' || response === undefined) return undefined;
  const { folder, format } = response.config;
  if (folder !== undefined) return isPlainPath(output) ? undefined : 'stored_file_missing';
  const isSendable =
    format === 'file'
      ? isBase64(output)
      : format !== 'redirect' ||
        /^\/(?!\/)/.test(output) ||
        allowedHosts(response.config).includes(hostOf(output) ?? '');
  return isSendable ? undefined : 'answer_unsendable';
}

function refusesToSend(scene: Scene, refusal: string): Asked {
  const answer = py.name('answer');
  const code = py.subscript(py.call(py.attribute(answer, 'json')), 'code');
  return {
    statements: [py.assign(answer, scene.asking('ask')), same(code, refusal)],
    body: undefined,
  };
}

function same(found: Expr, value: Value): Stmt {
  return py.assertion(py.compare(found, value === null ? 'is' : '==', expected(value)));
}

/** Other characters stand encoded in an address. */
function isAscii(value: Value): boolean {
  return typeof value === 'string' && /^[!#$&-;=?-Z[\]_a-z~]*$/.test(value);
}

function isBase64(text: string): boolean {
  const content = text.replace(/^data:[^,]{0,190};base64,/, '').replaceAll(/[\r\n]/g, '');
  return content.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(content);
}

/** Whether the output is what one model streams, so that it is what leaves. */
function isWhatStreams({ plan }: WorkflowModule, { id, config }: NodeOf<'response'>): boolean {
  const sources = plan.checked.file.edges.filter(
    ({ target, targetHandle }) => target === id && targetHandle === 'stream',
  );
  const [source] = sources;
  return (
    sources.length === 1 &&
    source !== undefined &&
    sourceText(config.output) === `{{ nodes.${source.source}.output.content }}`
  );
}

function sourceText(output: NodeOf<'response'>['config']['output']): string | undefined {
  return output instanceof Template ? output.source : undefined;
}
