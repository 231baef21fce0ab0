import * as py from '../../syntax/build.ts';
import { endpointOf } from './endpoint.ts';
import type { Expr, Stmt } from '../../syntax/tree.ts';
import type { WorkflowModule } from '../workflowModules.ts';
import { expected } from './expectation.ts';
import type { Scene } from './scene.ts';
import type { Rehearsed } from './search.ts';

interface Asked {
  readonly statements: readonly Stmt[];
  /** The object with `output`, `usage` and `meta`. */
  readonly body: Expr;
}

/** Asks, and looks whether there is an answer. */
export function answers(workflow: WorkflowModule, scene: Scene, response: Rehearsed['outcome']['response']): Asked {
  return endpointOf(workflow).stream === 'always' ? inAStream(scene) : inOnePiece(scene, response);
}

/** Asks, and looks at the output as well. */
export function answersAsRehearsed(workflow: WorkflowModule, scene: Scene, { outcome }: Rehearsed): Asked {
  const { statements, body } = answers(workflow, scene, outcome.response);
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
    body: py.name('body'),
  };
}
