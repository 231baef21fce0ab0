import { responseOutput } from './responseOutput.ts';
import { inputOf, isTrigger } from '../../../../workflow/trigger.ts';
import { testCaller } from './testCaller.ts';
import { asksNoModel, candidatesOf, type Candidate, type ModelNode } from '../../../../workflow/modelNodes.ts';
import { isAlways, type RoutesConfig } from '../../../../workflow/nodes/llm/routes.ts';
import {
  evaluate,
  evaluateJson,
  evaluateTemplate,
  evaluateText,
  memberAt,
  type RootValue,
} from '../../../../workflow/expressions/evaluate.ts';
import { Template, type PathSegment } from '../../../../workflow/expressions/syntax.ts';
import {
  bounded,
  equalityOf,
  isList,
  isRecord,
  MissingValue,
  numberIn,
  truthOf,
  Unknown,
  ValueError,
  type Value,
} from '../../../../workflow/expressions/values.ts';
import { transformed } from '../../../../workflow/transforms/evaluate.ts';
import { loopsAround, type Decision } from '../../../../workflow/graph/branches.ts';
import { isAttempt, waysOf } from '../../../../workflow/graph/graph.ts';
import { resultEdge, resultPath } from '../../../../workflow/graph/loops.ts';
import { completionValues } from '../../../../workflow/nodes/llm/result.ts';
import type { NodeOf, WorkflowNode } from '../../../../workflow/types.ts';
import { handleOfPath, variableOfHandle } from '../../plan/variables.ts';
import { filledIn } from '../../../../workflow/validate/expressionContext.ts';
import type { Conversation, Message } from '../../../../workflow/validate/sentMessages.ts';
import type { Block, Plan, Step } from '../../plan/plan.ts';
import { innerBlocks } from '../../plan/steps.ts';
import { fixedValues } from './ambient.ts';
import { isApproved } from './waits.ts';
import { isCalledNode, type CalledNode } from './calledNodes.ts';
import { canFail, problemOf } from './failures.ts';
import { validated } from './inputValue.ts';
import { loopRounds, mostVisits, repeatRounds, RoundFailed, Rounds, type FailedRound } from './rounds.ts';
import type { ToldAnswer, Trial } from './trial.ts';

/** Which way a run takes depends on something that a test cannot set. */
export class Undecided extends Error {
  /** Everything that ran before. */
  readonly ran: readonly string[];

  constructor(node: string, ran: readonly string[]) {
    super(`What ${node} decides is not known before the service runs.`);
    this.ran = ran;
  }
}

/** How a run went. */
export interface Outcome {
  /** The response that answered; undefined when the run ended without one. */
  readonly response: NodeOf<'response'> | undefined;
  readonly output: Value;
  /** Everything that ran, in order. */
  readonly ran: readonly string[];
  /** The ways it took at every node that has several: in a loop, not always the same. */
  readonly ways: ReadonlyMap<string, ReadonlySet<number>>;
  /** The rounds of the loops that ran; the most where a loop ran several times. */
  readonly rounds: ReadonlyMap<string, number>;
  /** What each Python function and workflow was called with, in order. */
  readonly calls: readonly { readonly node: string; readonly args: Value }[];
  /** The models that may be asked one after the other, by node, where it can be one of several. */
  readonly candidates: ReadonlyMap<string, readonly Candidate[]>;
  /** What the user says last in the messages of each model call, in order. */
  readonly questions: readonly { readonly node: string; readonly question: Value }[];
  /** The texts that embeddings are made of, in order. */
  readonly embedded: readonly { readonly node: string; readonly texts: Value }[];
  /** The nodes that failed, after which the run went on. */
  readonly failed: ReadonlySet<string>;
  /** The rounds in which the run failed, the outermost first; undefined when it did not. */
  readonly failedRounds?: readonly FailedRound[];
}

/** Goes through a workflow, again and again; what is the same every time is worked out once. */
export class Rehearsals {
  readonly plan: Plan;
  readonly #templates = new Map<string, readonly Template[]>();
  #unknown: Readonly<Record<string, Value>> | undefined;

  constructor(plan: Plan) {
    this.plan = plan;
  }

  /**
   * Goes through it with everything set that a test can set, as the generated service does.
   * @throws Undecided where that is not enough to tell which way the run takes.
   * @throws MissingValue, ValueError where the run itself would fail.
   */
  run(trial: Trial): Outcome {
    return new Rehearsal(this, trial).run();
  }

  /** The same; undefined where the run would fail, or nobody knows where it goes. */
  attempt(trial: Trial): Outcome | undefined {
    try {
      return this.run(trial);
    } catch (error) {
      if (error instanceof MissingValue || error instanceof ValueError || error instanceof Undecided) return undefined;
      throw error;
    }
  }

  /** Everything in a node's config that is filled in. */
  templatesOf(node: WorkflowNode): readonly Template[] {
    let known = this.#templates.get(node.id);
    if (known === undefined) {
      known = filledIn(node).map(({ template }) => template);
      this.#templates.set(node.id, known);
    }
    return known;
  }

  /** What a model call leaves, by the names that expressions use, which all of them share, where nothing is known of it. */
  unknownCompletion({ config }: ModelNode): Readonly<Record<string, Value>> {
    if (this.#unknown === undefined) {
      const members = Object.keys(completionValues(config).output.properties ?? {});
      const known = Object.fromEntries(members.map((name) => [name, steady]));
      this.#unknown = { ...known, id: varying, timing: varying };
    }
    // Which of several models answers may depend on what has been before.
    return 'routes' in config ? { ...this.#unknown, route: varying } : this.#unknown;
  }
}

const steady = new Unknown(false);
const varying = new Unknown(true);

class Rehearsal {
  readonly #rehearsals: Rehearsals;
  readonly #plan: Plan;
  readonly #trial: Trial;
  readonly #input: Value;
  /** The input where it, or an object in it, is passed on whole. */
  readonly #passedOn: Value;
  readonly #values = new Map<string, Value>();
  readonly #errors = new Map<string, Value>();
  readonly #ways = new Map<string, number>();
  readonly #taken = new Map<string, Set<number>>();
  readonly #rounds = new Rounds();
  readonly #calls: { readonly node: string; readonly args: Value }[] = [];
  readonly #candidates = new Map<string, readonly Candidate[]>();
  readonly #questions: { readonly node: string; readonly question: Value }[] = [];
  readonly #embedded: { readonly node: string; readonly texts: Value }[] = [];
  readonly #ran: string[] = [];
  readonly #failed = new Set<string>();
  /** Joins whose body has run. */
  readonly #joined = new Set<string>();

  constructor(rehearsals: Rehearsals, trial: Trial) {
    this.#rehearsals = rehearsals;
    this.#plan = rehearsals.plan;
    this.#trial = trial;
    const inputSchema = inputOf(this.#plan.checked.trigger);
    this.#input = validated(trial.input, inputSchema, 'null');
    this.#passedOn = validated(trial.input, inputSchema, 'absent');
  }

  run(): Outcome {
    const known = {
      ran: this.#ran,
      ways: this.#taken,
      rounds: this.#rounds.most,
      calls: this.#calls,
      candidates: this.#candidates,
      questions: this.#questions,
      embedded: this.#embedded,
      failed: this.#failed,
    };
    try {
      const response = this.#block(this.#plan.body);
      const output = response === undefined ? null : responseOutput(response, this.#root);
      return { ...known, response, output };
    } catch (error) {
      if (!(error instanceof RoundFailed)) throw error;
      return { ...known, response: undefined, output: null, failedRounds: error.rounds };
    }
  }

  /** Goes through a block; gives the response that ended the run, if one did. */
  #block(block: Block): NodeOf<'response'> | undefined {
    for (const step of block) {
      const response = this.#step(step);
      if (response !== undefined) return response;
    }
    return undefined;
  }

  #step(step: Step): NodeOf<'response'> | undefined {
    switch (step.kind) {
      case 'run':
        this.#node(this.#nodeOf(step.node));
        this.#noteWay(step.node);
        return undefined;
      case 'branch':
        return this.#block(step.ways[this.#ways.get(step.node) ?? 0] ?? []);
      case 'join':
        if (!step.test.some((alternative) => this.#holds(alternative))) return undefined;
        this.#joined.add(step.node);
        return this.#block(step.body);
      case 'loop':
        this.#loop(step);
        return undefined;
      case 'fork':
        for (const arm of step.arms) this.#block(arm.body);
        return undefined;
      case 'respond': {
        const node = this.#nodeOf(step.node);
        return node.type === 'response' && this.#holds(step.test) ? node : undefined;
      }
    }
  }

  #noteWay(node: string): void {
    const way = this.#ways.get(node);
    if (way !== undefined) this.#taken.set(node, (this.#taken.get(node) ?? new Set()).add(way));
  }

  #holds(decisions: readonly Decision[]): boolean {
    return decisions.every((decision) =>
      decision.kind === 'way' ? this.#ways.get(decision.node) === decision.way : this.#joined.has(decision.node),
    );
  }

  #loop(step: Step & { kind: 'loop' }): void {
    const node = this.#nodeOf(step.node);
    this.#ran.push(node.id);
    this.#rounds.begin(node.id);
    const round = (item: Value, index: number): Value => {
      if (this.#ran.length > mostVisits) throw new Undecided(node.id, this.#ran);
      this.#rounds.enter(node.id, item, index);
      this.#forget(step.body);
      this.#block(step.body);
      return this.#resultOf(node.id);
    };
    if (node.type === 'loop') {
      const items = evaluateTemplate(node.config.items, this.#root);
      if (items instanceof Unknown) throw new Undecided(node.id, this.#ran);
      this.#give(node, loopRounds(node, items, round));
    }
    if (node.type !== 'repeat') return;
    const { initial, until, maxRounds } = node.config;
    const isDone = (): boolean => {
      const truth = until?.single === undefined ? false : truthOf(evaluate(until.single, this.#root));
      if (truth === undefined) throw new Undecided(node.id, this.#ran);
      return truth;
    };
    this.#give(node, repeatRounds(evaluateJson(initial, this.#root), maxRounds, isDone, round));
  }

  /** Each round begins anew. */
  #forget(block: Block): void {
    for (const step of block) {
      if (step.kind !== 'fork') {
        this.#values.delete(step.node);
        this.#errors.delete(step.node);
        this.#ways.delete(step.node);
        this.#joined.delete(step.node);
      }
      for (const inner of innerBlocks(step)) this.#forget(inner);
    }
  }

  /** What the body of a loop has given. */
  #resultOf(loop: string): Value {
    const edge = resultEdge(this.#plan.checked.graph, loop);
    return (edge && this.#root(resultPath(edge))) ?? null;
  }

  #nodeOf(id: string): WorkflowNode {
    const node = this.#plan.checked.graph.nodes.get(id);
    if (node === undefined) throw new Error(`The plan names a node that does not exist: ${id}`);
    return node;
  }

  #node(node: WorkflowNode): void {
    this.#ran.push(node.id);
    if (node.step?.cache !== undefined) evaluateJson(node.step.cache.key, this.#root);
    if (isAttempt(this.#plan.checked.graph, node.id)) this.#ways.set(node.id, 0);
    if (!asksNoModel(node)) {
      this.#completion(node);
      return;
    }
    switch (node.type) {
      case 'promptTemplate':
        this.#give(node, this.#conversation(node.config.messages));
        return;
      case 'condition':
        this.#ways.set(node.id, this.#truthOf(node.id, node.config.expression) ? 0 : 1);
        return;
      case 'switch':
        this.#ways.set(node.id, this.#caseOf(node));
        return;
      case 'embeddingGenerate':
        this.#give(node, this.#embeddings(node));
        return;
      case 'editFields':
      case 'filterArray':
      case 'sortArray':
      case 'aggregate':
      case 'validate':
      case 'jsonTransform':
      case 'cryptoGenerate':
        this.#give(node, transformed(node, this.#root));
        return;
      case 'metrics': {
        for (const template of this.#rehearsals.templatesOf(node)) evaluateTemplate(template, this.#root);
        const { value, kind } = node.config;
        const number = value instanceof Template ? evaluateTemplate(value, this.#root) : value;
        if (!(number instanceof Unknown)) checkMeasurement(number, kind);
        return;
      }
      case 'log':
        for (const template of this.#rehearsals.templatesOf(node)) evaluateTemplate(template, this.#root);
        return;
      default:
        // What begins a run and what ends it leaves nothing.
        if (isCalledNode(node)) this.#called(node);
    }
  }

  /** Something stands in for what it calls. */
  #called(node: CalledNode): void {
    if ('args' in node.config) this.#calls.push({ node: node.id, args: evaluateJson(node.config.args, this.#root) });
    // What cannot be put together ends the run.
    else for (const template of this.#rehearsals.templatesOf(node)) evaluateTemplate(template, this.#root);
    if (this.#trial.failing.has(node.id)) this.#fail(node);
    else this.#give(node, this.#trial.results.get(node.id) ?? null);
    if (node.type === 'waitForApproval' && waysOf(this.#plan.checked.graph, node.id) !== undefined)
      this.#ways.set(node.id, isApproved(this.#trial, node.id) ? 0 : 1);
  }

  /** The number of the first case that fits, which is that of its way. */
  #caseOf({ id, config: { value, cases } }: NodeOf<'switch'>): number {
    const compares = cases.some(({ equals }) => equals !== undefined);
    const given = compares && value !== undefined ? evaluateTemplate(value, this.#root) : null;
    for (const [way, { equals, when }] of cases.entries()) {
      const fits = equals === undefined ? when && this.#truthOf(id, when) : equalityOf(given, equals);
      if (fits instanceof Unknown) throw new Undecided(id, this.#ran);
      if (fits === true) return way;
    }
    return cases.length;
  }

  /** @throws Undecided when it is not known. */
  #truthOf(node: string, { single, source }: Template): boolean {
    const truth = single === undefined ? source !== '' : truthOf(evaluate(single, this.#root));
    if (truth === undefined) throw new Undecided(node, this.#ran);
    return truth;
  }

  /**
   * Messages as they are sent; not known where an expression among them is not.
   * @throws ValueError where an expression gives no list.
   */
  #conversation(messages: Conversation): Value {
    const sent: Value[] = [];
    for (const message of messages) {
      const given = message instanceof Template ? this.#givenMessages(message) : [this.#message(message)];
      if (!isList(given)) return given;
      sent.push(...given);
    }
    return sent;
  }

  #givenMessages(template: Template): Value {
    const given = evaluateTemplate(template, this.#root);
    if (given instanceof Unknown || (isList(given) && given.every(isMessage))) return given;
    throw new ValueError('It gives no list of messages.');
  }

  /** A message by its names on the wire. */
  #message({ role, content, name, toolCallId }: Message): Value {
    return {
      role,
      content: content instanceof Template ? evaluateText(content, this.#root) : new Unknown(false),
      ...(name !== undefined && { name }),
      ...(toolCallId !== undefined && { tool_call_id: evaluateText(toolCallId, this.#root) }),
    };
  }

  #completion(node: ModelNode): void {
    const told = this.#trial.answers.get(node.id);
    // A request that cannot be put together ends the run.
    for (const template of this.#rehearsals.templatesOf(node)) evaluateTemplate(template, this.#root);
    this.#choose(node);
    this.#questions.push({ node: node.id, question: this.#question(node) });
    const isFirst = this.#ran.indexOf(node.id) === this.#ran.length - 1;
    if (node.id === this.#trial.refused && isFirst) throw new RoundFailed();
    if (told?.kind === 'failure') {
      this.#fail(node);
      return;
    }
    this.#give(node, completionValue(this.#rehearsals.unknownCompletion(node), told));
    const ways = waysOf(this.#plan.checked.graph, node.id);
    if (!ways?.some((handles) => handles.includes('function_call'))) return;
    if (told === undefined) throw new Undecided(node.id, this.#ran);
    this.#ways.set(node.id, told.kind === 'call' ? 1 : 0);
  }

  /**
   * What embeddings leave: as many as there are texts, with numbers that nobody knows.
   * @throws ValueError where a text is empty, or none.
   */
  #embeddings({ id, config: { input = [], model } }: NodeOf<'embeddingGenerate'>): Value {
    const given: Value =
      input instanceof Template
        ? evaluateTemplate(input, this.#root)
        : input.map((text) => evaluateText(text, this.#root));
    const texts = typeof given === 'string' ? [given] : given;
    this.#embedded.push({ node: id, texts });
    if (!(texts instanceof Unknown) && !(isList(texts) && texts.every(isText)))
      throw new ValueError('It is no text of which an embedding could be made.');
    return {
      embeddings: isList(texts) ? texts.map(() => steady) : steady,
      model: model.constant ?? steady,
      usage: steady,
      cost_usd: steady,
    };
  }

  /** @throws ValueError where no model can be asked. */
  #choose(node: ModelNode): void {
    const { routes } = node.config as Partial<RoutesConfig>;
    if (routes === undefined) return;
    const candidates = candidatesOf(node).filter((_, index) => {
      const route = routes[index];
      const test = route === undefined || isAlways(route) ? undefined : route.condition?.single;
      const truth = test === undefined ? true : truthOf(evaluate(test, this.#root));
      if (truth === undefined) throw new Undecided(node.id, this.#ran);
      return truth;
    });
    if (candidates.length === 0) throw new ValueError('No model is chosen.');
    this.#candidates.set(node.id, candidates);
  }

  /** @throws ValueError where the run does not go on. */
  #fail(node: WorkflowNode): void {
    const { step } = node;
    if (!canFail(node)) throw new ValueError(`The run ends where ${node.id} fails.`);
    this.#failed.add(node.id);
    if (step?.onError === 'continue') {
      this.#give(node, evaluateJson(step.fallback ?? null, this.#root));
      return;
    }
    const loops = loopsAround(this.#plan.checked.branches.get(node.id) ?? []);
    this.#errors.set(node.id, problemOf(node, this.#rounds.at(loops)));
    this.#ways.set(node.id, (waysOf(this.#plan.checked.graph, node.id)?.length ?? 1) - 1);
  }

  #question({ config: { prompt, messages } }: ModelNode): Value {
    if (prompt !== undefined) return evaluateText(prompt, this.#root);
    const sent: Value =
      messages instanceof Template ? evaluateTemplate(messages, this.#root) : this.#conversation(messages ?? []);
    if (!isList(sent)) return new Unknown(false);
    const asked = sent.findLast((message) => isRecord(message) && message['role'] === 'user');
    return asked !== undefined && isRecord(asked) ? (asked['content'] ?? '') : '';
  }

  /** What `input…`, `env.NAME` or `nodes.ID.HANDLE` is. */
  /** What the node gives from now on. */
  #give(node: WorkflowNode, value: Value): void {
    this.#values.set(node.id, bounded(value));
  }

  readonly #root: RootValue = (path) => {
    if (path.kind === 'call') return fixedValues[path.name];
    if (path.root === 'input') return this.#inputFor(path.segments);
    if (path.root === 'caller') return testCaller(this.#plan.checked.trigger);
    if (path.root === 'env') return this.#trial.env[String(path.segments[0]?.key)];
    const read = handleOfPath(path);
    const node = read && this.#plan.checked.graph.nodes.get(read.node);
    if (read === undefined || node === undefined) return undefined;
    if (isTrigger(node)) return this.#inputFor(path.segments.slice(2));
    const ofRound = this.#rounds.valueAt(this.#plan.checked.graph, read);
    if (ofRound !== undefined) return ofRound.value;
    if (variableOfHandle(this.#plan.checked.graph, read.node, read.handle).kind === 'error')
      return this.#errors.get(read.node);
    const value = this.#values.get(read.node);
    if (read.handle === 'output' || value === undefined) return value;
    const member = isRecord(value) ? value[read.handle] : undefined;
    const isWay = variableOfHandle(this.#plan.checked.graph, read.node, read.handle).kind === 'way';
    return isWay && member === null ? undefined : member;
  };

  #inputFor(segments: readonly PathSegment[]): Value {
    const found = segments.reduce<Value | undefined>(
      (value, { key }) => (value === undefined ? undefined : memberAt(value, key)),
      this.#input,
    );
    const isWhole = found !== undefined && found !== null && (isList(found) || isRecord(found));
    return isWhole ? this.#passedOn : this.#input;
  }
}

function isText(value: Value): boolean {
  return value instanceof Unknown || (typeof value === 'string' && value !== '');
}

/** As far as the service itself asks, see `conversation.py` of the runtime. */
function isMessage(value: Value): boolean {
  return value instanceof Unknown || (isRecord(value) && typeof value['role'] === 'string');
}

/** @throws ValueError for what the service does not record */
function checkMeasurement(value: Value, kind: NodeOf<'metrics'>['config']['kind']): void {
  const number = numberIn(value);
  if (number === undefined || (kind === 'counter' && number < 0)) throw new ValueError('It is no such measurement.');
}

/** What a model node leaves when it is told what to answer. */
function completionValue(
  unknown: Readonly<Record<string, Value>>,
  told: Exclude<ToldAnswer, { kind: 'failure' }> | undefined,
): Value {
  if (told === undefined) return unknown;
  const call = told.kind === 'call' ? { name: told.name, arguments: told.arguments } : null;
  return {
    ...unknown,
    content: told.kind === 'json' ? JSON.stringify(told.value) : told.kind === 'text' ? told.text : null,
    function_call: call,
    tool_calls: call === null ? [] : [{ id: varying, ...call }],
    parsed: told.kind === 'json' ? told.value : null,
    refusal: null,
    finish_reason: call === null ? 'stop' : steady,
  };
}
