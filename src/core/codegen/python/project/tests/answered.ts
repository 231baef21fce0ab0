import * as py from '../../syntax/build.ts';
import { endpointOf } from './endpoint.ts';
import type { Expr, Stmt } from '../../syntax/tree.ts';
import type { WorkflowModule } from '../workflowModules.ts';
import { expected } from './expectation.ts';
import { allowedHosts, hostOf, mediaTypeOf } from '../../../../workflow/nodes/rawAnswers.ts';
import { Unknown, type Value } from '../../../../workflow/expressions/values.ts';
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
  if (leadsAstray(outcome)) return refusesToLead(scene);
  const { statements, body } = answers(workflow, scene, outcome.response);
  if (body === undefined) return { statements: [...statements, ...rawAsRehearsed(outcome)], body };
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
function rawAsRehearsed({ response, output }: Rehearsed['outcome']): readonly Stmt[] {
  if (response === undefined || output instanceof Unknown) return [];
  const answer = py.name('answer');
  const header = (name: string): Expr => py.subscript(py.attribute(answer, 'headers'), name);
  const { format } = response.config;
  if (format === 'redirect') return isAscii(output) ? [same(header('location'), output)] : [];
  const said = format === 'json' ? py.call(py.attribute(answer, 'json')) : py.attribute(answer, 'text');
  return [same(said, output), same(header('content-type'), mediaTypeOf(response.config) ?? '')];
}

/** Whether what a run was given as an address leads where the workflow may not. */
function leadsAstray({ response, output }: Rehearsed['outcome']): boolean {
  if (response?.config.format !== 'redirect' || typeof output !== 'string') return false;
  return !/^\/(?!\/)/.test(output) && !allowedHosts(response.config).includes(hostOf(output) ?? '');
}

function refusesToLead(scene: Scene): Asked {
  const answer = py.name('answer');
  const code = py.subscript(py.call(py.attribute(answer, 'json')), 'code');
  return {
    statements: [py.assign(answer, scene.asking('ask')), same(code, 'answer_unsendable')],
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
