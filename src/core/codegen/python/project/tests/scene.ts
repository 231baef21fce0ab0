import { isModelNode, type ModelNode } from '../../../../workflow/modelNodes.ts';
import type { Json } from '../../../../workflow/json.ts';
import * as py from '../../syntax/build.ts';
import { createScope } from '../../syntax/names.ts';
import type { Expr, Identifier, Keyword, Parameter, Stmt } from '../../syntax/tree.ts';
import type { WorkflowModule } from '../workflowModules.ts';
import { calledFunctions, fixing } from './ambient.ts';
import { variableValue } from './baseTrial.ts';
import { isCalledNode } from './calledNodes.ts';
import { applicationOf, endpointOf } from './endpoint.ts';
import { expected } from './expectation.ts';
import { failure, refusedRequest } from './failures.ts';
import { carriedBy } from './endpoint.ts';
import { hasRawAnswers } from '../../../../workflow/nodes/rawAnswers.ts';
import type { Rehearsed } from './search.ts';
import { layStoredFile } from './storedFiles.ts';
import type { TestFunctions } from './testFunctions.ts';
import type { JsonObject, ToldAnswer } from './trial.ts';

export const service = py.name('service');
const simulated = py.name('simulated_openai');
export const settings = py.attribute(simulated, 'settings');

const serviceModule = 'tests.service';
const fixtures = {
  service: py.imported(serviceModule, 'Service'),
  simulated_openai: py.imported('tests.simulated_providers.testing', 'RunningSimulation'),
  stand_in: py.imported(serviceModule, 'StandInFor'),
  environment: py.attribute(py.importedModule('pytest'), 'MonkeyPatch'),
  start_service: py.imported(serviceModule, 'StartService'),
  tmp_path: py.imported('pathlib', 'Path'),
} as const;

const fixtureParameters: readonly Parameter[] = [
  py.parameter('service', fixtures.service),
  py.parameter('simulated_openai', fixtures.simulated_openai),
  py.parameter('stand_in', fixtures.stand_in),
  py.parameter('environment', fixtures.environment),
  py.parameter('start_service', fixtures.start_service),
  py.parameter('tmp_path', fixtures.tmp_path),
];

/** Names that tests use for other things than functions that are stood in for. */
const taken = [
  ...Object.keys(fixtures),
  'ANY',
  'Answer',
  'INPUT',
  'REFUSED_REQUEST',
  'ServiceError',
  'Service',
  'StandInFor',
  'StartService',
  'answer',
  'answers',
  'app',
  'body',
  'cut_off',
  'done',
  'ask_over_socket',
  'events',
  'heard',
  'json',
  'result',
  'models',
  'pytest',
  'taken_up',
  'whole',
];

/** An answer that a test tells the simulated OpenAI, by its `when` where several may be under way. */
export interface PlannedAnswer {
  readonly node: string;
  readonly answer: Expr;
}

/** What has to be set up so that a run goes as it was rehearsed. */
export class Scene {
  readonly #functions: TestFunctions;
  readonly #workflow: WorkflowModule;
  readonly #run: Rehearsed;
  readonly #base: JsonObject;
  readonly #used = new Set<keyof typeof fixtures>();
  readonly #scope = createScope(taken);
  readonly #standIns = new Map<string, Identifier>();
  readonly #setup: Stmt[] = [];
  #isAlone = false;

  constructor(functions: TestFunctions, run: Rehearsed, base: JsonObject) {
    this.#functions = functions;
    this.#workflow = functions.workflow;
    this.#run = run;
    this.#base = base;
    this.#setEnvironment();
  }

  /** The fixtures that the test needs. */
  get parameters(): readonly Parameter[] {
    if (!this.#isAlone) this.#used.add(this.#used.has('start_service') ? 'start_service' : 'service');
    return fixtureParameters.filter(({ name }) => this.#used.has(name as string as keyof typeof fixtures));
  }

  /** The test starts services itself, in the environment that leads to the simulated OpenAI. */
  withoutService(): void {
    this.#isAlone = true;
    this.#used.add('environment');
  }

  get setup(): readonly Stmt[] {
    return this.#setup;
  }

  /** What the test sends. */
  get input(): Expr {
    const { input } = this.#run.trial;
    const keys = Object.keys(this.#base);
    const changed = Object.entries(input).filter(([key, value]) => !isSame(value, this.#base[key]));
    const isMore = keys.every((key) => Object.hasOwn(input, key));
    if (!isMore) return py.literal(input);
    if (changed.length === 0) return py.name('INPUT');
    return py.dict([py.spread(py.name('INPUT')), ...changed.map(([key, value]) => py.entry(key, py.literal(value)))]);
  }

  /** `service.METHOD("POST", "/path", …)` */
  asking(method: 'ask' | 'stream', ...options: readonly Keyword[]): Expr {
    const { path, method: verb } = endpointOf(this.#workflow);
    const anyKind =
      method === 'ask' && hasRawAnswers(this.#workflow.plan.checked) ? [py.keyword('accept', py.literal('*/*'))] : [];
    return py.call(
      py.attribute(service, method),
      py.literal(verb),
      py.literal(path),
      this.input,
      ...anyKind,
      ...carriedBy(endpointOf(this.#workflow)),
      ...options,
    );
  }

  add(...statements: readonly Stmt[]): void {
    this.#setup.push(...statements);
  }

  /** Sets something on the simulated OpenAI. */
  set(name: 'fault' | 'faults' | 'answers' | 'context_window', value: Expr): void {
    this.#setup.push(this.setting(name, value));
  }

  /** The statement that does so. */
  setting(name: 'fault' | 'faults' | 'answers' | 'context_window', value: Expr): Stmt {
    this.#used.add('simulated_openai');
    const targets = {
      fault: py.attribute(settings, 'fault'),
      faults: py.attribute(settings, 'faults'),
      answers: py.attribute(settings, 'answers'),
      context_window: py.attribute(settings, 'context_window'),
    };
    return py.assign(targets[name], value);
  }

  /** `simulated_openai`, to look at what came in. */
  get simulated(): Expr {
    this.#used.add('simulated_openai');
    return simulated;
  }

  /**
   * Lets functions and workflows give what was planned; with `until`, those that run before that node or beside it. `keeps`
   * says whose calls are looked at.
   */
  standIn(keeps: (node: string) => boolean, until?: string): void {
    const { names, module, plan } = this.#workflow;
    const { ran } = this.#run.outcome;
    const { steps } = this.#functions;
    const end = until === undefined ? Infinity : ran.indexOf(until);
    const done = new Set<string>();
    for (const [place, id] of ran.entries()) {
      const node = plan.checked.graph.nodes.get(id);
      if (node === undefined || !isCalledNode(node)) continue;
      if (until !== undefined && place > end && !steps.areBeside(until, id)) continue;
      const target = names.targetOf(id, module);
      if (done.has(target)) continue;
      done.add(target);
      const { results, failing } = this.#run.trial;
      this.#replace(id, target, failing.has(id) ? failure : py.literal(results.get(id) ?? null), keeps(id));
    }
  }

  /** Lets a function that the model may call give a result; the name of what stands in for it. */
  standInForTool(id: string, result: Json): Expr {
    const { names, module } = this.#workflow;
    const constant = names.constantOf(`${id} tool`);
    this.#replace(id, `app.workflows.${module}.${constant}`, py.literal(result), true);
    return this.standInFor(id);
  }

  standInFor(id: string): Expr {
    const name = this.#standIns.get(id);
    if (name === undefined) throw new Error(`Nothing stands in for ${id}`);
    return py.name(name);
  }

  #replace(id: string, target: string, result: Expr, isKept: boolean): void {
    this.#used.add('stand_in');
    const made = py.call(py.name('stand_in'), py.literal(target), result);
    if (!isKept) {
      this.#setup.push(py.statement(made));
      return;
    }
    const name = this.#scope.snake(id);
    this.#standIns.set(id, name);
    this.#setup.push(py.assign(py.name(name), made));
  }

  /** The answers that are told in advance, in the order in which they are asked for; `before` puts one before a node's own. */
  answers(before: (node: string) => readonly Expr[] = () => []): readonly PlannedAnswer[] {
    return this.#run.outcome.ran.flatMap((id): readonly PlannedAnswer[] => {
      const node = this.#workflow.plan.checked.graph.nodes.get(id);
      const told = this.#run.trial.answers.get(id);
      if (!isModelNode(node) || told === undefined) return [];
      return [...before(id), toldAnswer(told, this.whenOf(node))].map((answer) => ({ node: id, answer }));
    });
  }

  /** What tells the requests of a node apart from others that may come first; nothing where there are none. */
  whenOf(node: ModelNode): string | undefined {
    return this.#functions.recognition.textFor(node, this.#run);
  }

  #setEnvironment(): void {
    const called = calledFunctions(this.#workflow.plan.checked);
    if (called.length > 0) this.#used.add('environment');
    this.#setup.push(...called.map((name) => fixing(name, this.#workflow.plan.checked.file)));
    const others = Object.entries(this.#run.trial.env).filter(([name, value]) => value !== variableValue(name));
    const files = layStoredFile(this.#run);
    if (files.length > 0) this.#used.add('tmp_path');
    if (others.length === 0 && files.length === 0) return;
    this.#used.add('environment').add('start_service');
    for (const [name, value] of others) {
      const environment = py.name('environment');
      const call =
        value === undefined
          ? py.call(py.attribute(environment, 'delenv'), py.literal(name))
          : py.call(py.attribute(environment, 'setenv'), py.literal(name), py.literal(value));
      this.#setup.push(py.statement(call));
    }
    this.#setup.push(...files);
    this.#setup.push(py.assign(service, py.call(py.name('start_service'), applicationOf(this.#workflow))));
  }
}

export function toldAnswer(told: ToldAnswer, when: string | undefined): Expr {
  const answer = py.imported('tests.simulated_providers', 'Answer');
  const rest = when === undefined ? [] : [py.keyword('when', py.literal(when))];
  switch (told.kind) {
    case 'text':
      return py.call(answer, py.literal(told.text), ...rest);
    case 'json':
      return py.call(answer, py.literal(JSON.stringify(told.value)), ...rest);
    case 'call':
      return py.call(answer, callsKeyword(told.name, expected(told.arguments)), ...rest);
    case 'failure':
      return py.call(answer, py.keyword('wire', refusedRequest), ...rest);
  }
}

/** `calls=((NAME, ARGUMENTS),)` */
export function callsKeyword(name: string, args: Expr): Keyword {
  return py.keyword('calls', py.tuple([py.tuple([py.literal(name), args])]));
}

function isSame(a: Json | undefined, b: Json | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
