import { loopsAround } from '../../../../workflow/graph/branches.ts';
import { isModelNode, type Candidate } from '../../../../workflow/modelNodes.ts';
import type { RoutesConfig } from '../../../../workflow/nodes/llm/routes.ts';
import type { WorkflowNode } from '../../../../workflow/types.ts';
import { hasRounds } from '../../../../workflow/validate/requestedModel.ts';
import * as py from '../../syntax/build.ts';
import type { Expr, Stmt } from '../../syntax/tree.ts';
import { hasSpoken } from './aroundLoops.ts';
import { answersAsRehearsed } from './answered.ts';
import { endpointOf } from './endpoint.ts';
import type { Scene } from './scene.ts';
import type { Rehearsed } from './search.ts';
import type { TestFunctions } from './testFunctions.ts';

/** Within this time a simulated model has begun to answer, so that no second one is asked beside it. */
const soonestHedgeMs = 200;

/** A model call of a run that one of several models can answer. */
interface Routed {
  readonly id: string;
  readonly run: Rehearsed;
  readonly candidates: readonly Candidate[];
  /** How many models are asked before it. */
  readonly before: number;
  readonly config: RoutesConfig;
}

/** Whether an answer of a node that is cut begins anew with another model. */
export function beginsAnew(node: WorkflowNode | undefined): boolean {
  return routesOf(node)?.onCut === 'restart';
}

function routesOf(node: WorkflowNode | undefined): RoutesConfig | undefined {
  return node !== undefined && 'routes' in node.config ? node.config : undefined;
}

/** Of each router: the next model answers where the first cannot, all are asked where none can, and what a cut stream does. */
export function routingTests(functions: TestFunctions, runs: readonly Rehearsed[]): readonly Stmt[] {
  const { checked } = functions.workflow.plan;
  return checked.file.nodes.flatMap(({ id }) => {
    const routed = runs.flatMap((run) => routedIn(functions, run, id) ?? [])[0];
    if (routed === undefined) return [];
    return [nextAnswers(functions, routed), allRefuse(functions, routed), ...restart(functions, routed)];
  });
}

function routedIn(functions: TestFunctions, run: Rehearsed, id: string): Routed | undefined {
  const { checked } = functions.workflow.plan;
  const { graph, branches } = checked;
  const config = routesOf(graph.nodes.get(id));
  const candidates = run.outcome.candidates.get(id);
  if (config === undefined || candidates === undefined || candidates.length < 2) return undefined;
  // In a loop it is asked in each round, which may go on without it.
  if (loopsAround(branches.get(id) ?? []).length > 0 || hasSpoken(functions.workflow, run, id)) return undefined;
  // What a failing step does besides is tested with it.
  if (graph.nodes.get(id)?.step !== undefined) return undefined;
  const isHasty = config.hedgeAfterMs > 0 && config.hedgeAfterMs < soonestHedgeMs;
  if (isHasty || functions.modelCalls.has(id) || !run.trial.answers.has(id)) return undefined;
  const before = run.outcome.ran.slice(0, run.outcome.ran.indexOf(id)).map((each) => graph.nodes.get(each));
  // Tools are asked for in further calls.
  if (before.some((node) => isModelNode(node) && hasRounds(checked, node))) return undefined;
  return { id, run, candidates, before: before.filter(isModelNode).length, config };
}

function nextAnswers(functions: TestFunctions, routed: Routed): Stmt {
  const scene = sceneOf(functions, routed, 'unavailable');
  scene.set('answers', py.list(scene.answers().map(({ answer }) => answer)));
  return functions.test(
    functions.name(`test the next model of ${routed.id} answers`),
    scene,
    'Nobody notices but by the time that it takes.',
    [...answersAsRehearsed(functions.workflow, scene, routed.run).statements, ...asked(scene, routed, 2)],
  );
}

function allRefuse(functions: TestFunctions, routed: Routed): Stmt {
  const scene = sceneOf(functions, routed, undefined);
  const fault = 'rate_limited_seconds; retry_after=120';
  const all = routed.candidates.length;
  scene.set('faults', py.list([...nothing(routed), ...routed.candidates.map(() => py.literal(fault))]));
  scene.set('answers', py.list(scene.answers().map(({ answer }) => answer)));
  const answer = py.name('answer');
  const isStream = endpointOf(functions.workflow).stream === 'always';
  const accept = isStream ? [py.keyword('accept', py.literal('text/event-stream'))] : [];
  return functions.test(
    functions.name(`test all models of ${routed.id} are asked`),
    scene,
    'The caller is told what the last one said.',
    [
      py.assign(answer, scene.asking('ask', ...accept)),
      py.assertion(
        py.compare(py.attribute(answer, 'status_code'), '==', py.literal(429)),
        py.attribute(answer, 'text'),
      ),
      ...asked(scene, routed, all),
    ],
  );
}

function restart(functions: TestFunctions, routed: Routed): readonly Stmt[] {
  const { plan } = functions.workflow;
  const told = routed.run.trial.answers.get(routed.id);
  const isHeard = plan.streamed.has(routed.id) && endpointOf(functions.workflow).stream !== 'never';
  if (routed.config.onCut !== 'restart' || !isHeard || told === undefined) return [];
  if (told.kind === 'call' || told.kind === 'failure') return [];
  const scene = sceneOf(functions, routed, 'cut; after=2');
  const answers = scene.answers();
  const again = answers.find(({ node }) => node === routed.id);
  const place = again === undefined ? 0 : answers.indexOf(again);
  const twice = again === undefined ? answers : answers.toSpliced(place, 0, again);
  scene.set('answers', py.list(twice.map(({ answer }) => answer)));
  const events = py.name('events');
  const names = py.attribute(events, 'names');
  const since = py.subscript(py.attribute(events, 'last'), 'text');
  const text = told.kind === 'text' ? told.text : JSON.stringify(told.value);
  return [
    functions.test(
      functions.name(`test a cut stream of ${routed.id} begins anew`),
      scene,
      'Whoever listens is told to forget what had arrived.',
      [
        py.assign(events, scene.asking('stream')),
        py.assertion(py.compare(py.subscript(names, -1), '==', py.literal('done')), events),
        py.assertion(py.compare(py.call(py.attribute(names, 'count'), py.literal('restart')), '==', py.literal(1))),
        py.assertion(py.compare(py.literal(text), 'in', since)),
        py.assertion(py.compare(since, '!=', py.attribute(events, 'text'))),
      ],
    ),
  ];
}

function sceneOf(functions: TestFunctions, routed: Routed, fault: string | undefined): Scene {
  const scene = functions.scene(routed.run);
  scene.standIn(() => false);
  if (fault !== undefined) scene.set('faults', py.list([...nothing(routed), py.literal(fault)]));
  return scene;
}

/** The calls before it go well. */
function nothing({ before }: Routed): readonly Expr[] {
  return Array.from({ length: before }, () => py.literal(null));
}

/** Which models were asked, where the order is the one that is written; else how many. */
function asked(scene: Scene, { candidates, before, config, run }: Routed, count: number): readonly Stmt[] {
  const models = py.attribute(scene.simulated, 'models');
  const isOnly = [...run.outcome.questions].length === 1;
  const those = isOnly ? models : py.slice(models, { from: before, to: before + count });
  const names = candidates.slice(0, count).map((each) => each.config.model.constant);
  const isWritten = config.strategy === 'custom' && config.routes.every(({ weight }) => weight === undefined);
  const known = names.filter((name) => name !== undefined);
  return [
    isWritten && known.length === count
      ? py.assertion(py.compare(those, '==', py.literal(known)))
      : py.assertion(py.compare(py.call(py.name('len'), those), '==', py.literal(count))),
  ];
}
