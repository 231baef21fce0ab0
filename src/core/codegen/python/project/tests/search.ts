import { isModelNode } from '../../../../workflow/modelNodes.ts';
import { loopsAround, type Branch } from '../../../../workflow/graph/branches.ts';
import { isAttempt, waysOf } from '../../../../workflow/graph/graph.ts';
import { endpointOf, inputOf } from '../../../../workflow/trigger.ts';
import type { Plan } from '../../plan/plan.ts';
import { baseTrial, fullInput } from './baseTrial.ts';
import { canFail } from './failures.ts';
import { calling, callsOf, failing, movesOf, settingPath } from './moves.ts';
import { Concurrency } from './concurrency.ts';
import { Recognition } from './recognition.ts';
import { Rehearsals, Undecided, type Outcome } from './rehearsal.ts';
import type { Trial } from './trial.ts';
import { fittingEvery } from './validateMoves.ts';

/** A run that a test can bring about, and how it goes. */
export interface Rehearsed {
  readonly trial: Trial;
  readonly outcome: Outcome;
}

/** Something that at least one test is to show. */
export type Goal =
  | { readonly kind: 'way'; readonly node: string; readonly way: number }
  | { readonly kind: 'call'; readonly node: string; readonly name: string }
  | { readonly kind: 'failure'; readonly node: string }
  | { readonly kind: 'response'; readonly node: string }
  /** A loop with no round, with one, or with more. */
  | { readonly kind: 'rounds'; readonly node: string; readonly count: 0 | 1 | 2 };

export interface Found {
  /** Together they take every way, call every declared function and end at every response that could be reached. */
  readonly runs: readonly Rehearsed[];
  /** What none of them shows. */
  readonly missed: readonly Goal[];
}

/** How many node visits a search may take; it is what bounds the time of a build. */
const effort = 50_000;
const mostPairs = 400;

/** Finds runs so that every way out of every decision is taken and every response answers, the simplest ones first. */
export function findRuns(plan: Plan): Found {
  const search = new Search(plan);
  const runs: Rehearsed[] = [];
  const missed: Goal[] = [];
  if (search.simplest !== undefined) runs.push(search.simplest);
  for (const goal of goalsOf(plan)) {
    if (runs.some((run) => isReached(goal, run))) continue;
    const found = search.reach(goal, runs);
    if (found !== undefined) runs.push(found);
    // A call that the graph does not answer may well have no run, and a list may have a length of its own.
    else if (goal.kind !== 'rounds' && (goal.kind !== 'call' || waysOf(plan.checked.graph, goal.node) !== undefined))
      missed.push(goal);
  }
  runs.push(...search.refusedRuns(runs));
  return { runs, missed };
}

/**
 * The simplest run as far as it is known how it goes, for workflows of which no run is known to its end. Models are told
 * nothing in it.
 */
export function simplestRun(plan: Plan): Rehearsed {
  const base = baseTrial(plan);
  const trial = { ...base, answers: new Map() };
  try {
    return { trial, outcome: new Rehearsals(plan).run(base) };
  } catch (error) {
    const ran = error instanceof Undecided ? error.ran : [];
    return {
      trial,
      outcome: {
        response: undefined,
        output: null,
        ran,
        ways: new Map(),
        rounds: new Map(),
        calls: [],
        candidates: new Map(),
        questions: [],
        embedded: [],
        failed: new Set(),
      },
    };
  }
}

function goalsOf(plan: Plan): readonly Goal[] {
  const { order, graph } = plan.checked;
  return order.flatMap((id): readonly Goal[] => {
    const node = graph.nodes.get(id);
    if (node?.type === 'response') return [{ kind: 'response', node: id }];
    if (node?.type === 'loop') return ([2, 1, 0] as const).map((count): Goal => ({ kind: 'rounds', node: id, count }));
    if (node?.type === 'repeat') return ([1, 2] as const).map((count): Goal => ({ kind: 'rounds', node: id, count }));
    const ways = waysOf(graph, id) ?? [];
    const fails = node !== undefined && node.step?.onError === 'continue' && canFail(node);
    const calls = isModelNode(node) ? callsOf(node) : [];
    return [
      ...ways.flatMap((handles, way): readonly Goal[] =>
        handles.includes('error') && isAttempt(graph, id) && node !== undefined && !canFail(node)
          ? []
          : [{ kind: 'way', node: id, way }],
      ),
      ...(fails ? [{ kind: 'failure', node: id } as const] : []),
      ...calls.map(({ name }): Goal => ({ kind: 'call', node: id, name })),
    ];
  });
}

function isReached(goal: Goal, { trial, outcome }: Rehearsed): boolean {
  switch (goal.kind) {
    case 'response':
      return outcome.response?.id === goal.node;
    case 'way':
      return outcome.ways.get(goal.node)?.has(goal.way) ?? false;
    case 'failure':
      return outcome.failed.has(goal.node);
    case 'rounds':
      return Math.min(outcome.rounds.get(goal.node) ?? -1, 2) === goal.count;
    case 'call': {
      const told = trial.answers.get(goal.node);
      return told?.kind === 'call' && told.name === goal.name && outcome.ran.includes(goal.node);
    }
  }
}

class Search {
  readonly #plan: Plan;
  readonly #rehearsals: Rehearsals;
  readonly #modelCalls: Concurrency;
  readonly #recognition: Recognition;
  #rehearsalsLeft: number;
  readonly #base: Trial;
  /** The simplest run that comes to an end. */
  readonly simplest: Rehearsed | undefined;
  #full: Rehearsed | 'not tried' | undefined = 'not tried';

  constructor(plan: Plan) {
    this.#plan = plan;
    this.#rehearsals = new Rehearsals(plan);
    this.#modelCalls = new Concurrency(plan, isModelNode);
    this.#recognition = new Recognition(plan, this.#modelCalls);
    this.#rehearsalsLeft = Math.max(50, Math.floor(effort / plan.checked.order.length));
    const base = baseTrial(plan);
    const simplest = this.#rehearse(base);
    const nodes = plan.checked.order.flatMap((id) => plan.checked.graph.nodes.get(id) ?? []);
    this.#base = simplest === undefined ? fittingEvery(nodes, base, (...given) => settingPath(plan, ...given)) : base;
    this.simplest = simplest ?? (this.#base === base ? undefined : this.#rehearse(this.#base));
  }

  /** Where a search begins: the known run that comes closest, the simplest one, the simplest with all of the input. */
  *#starts(decisions: Branch, known: readonly Rehearsed[]): Generator<Rehearsed> {
    let closest: Rehearsed | undefined;
    let most = -1;
    for (const run of known) {
      const fallen = fallenSo(decisions, run.outcome);
      if (fallen > most) [closest, most] = [run, fallen];
    }
    if (closest !== undefined) yield closest;
    if (this.simplest !== undefined && this.simplest !== closest) yield this.simplest;
    if (this.#full === 'not tried') {
      this.#full = this.#rehearse({ ...this.#base, input: fullInput(inputOf(this.#plan.checked.trigger)) });
    }
    if (this.#full !== undefined) yield this.#full;
  }

  /** A run that reaches a goal, begun from the known ones. */
  reach(goal: Goal, known: readonly Rehearsed[]): Rehearsed | undefined {
    const branch = this.#plan.checked.branches.get(goal.node) ?? [];
    const way = goal.kind === 'way' ? goal.way : undefined;
    const decisions: Branch = way === undefined ? branch : [...branch, { kind: 'way', node: goal.node, way }];
    for (const start of this.#starts(decisions, known)) {
      if (this.#rehearsalsLeft <= 0) return undefined;
      const found = this.#follow(decisions, start);
      const run = found && this.#ending(goal, found);
      if (run !== undefined && isReached(goal, run)) return run;
    }
    return undefined;
  }

  /** The run that ends so, begun from one that comes as far as the node. */
  #ending(goal: Goal, found: Rehearsed): Rehearsed | undefined {
    const node = this.#plan.checked.graph.nodes.get(goal.node);
    if (goal.kind === 'rounds' && !isReached(goal, found))
      return this.#improve(found, [goal.node], (outcome) => isReached(goal, { trial: found.trial, outcome }));
    if (node !== undefined && goal.kind === 'failure') return this.#rehearse(failing(this.#plan, node)(found.trial));
    if (goal.kind !== 'call') return found;
    return isModelNode(node) ? this.#rehearse(calling(node, goal.name)(found.trial)) : undefined;
  }

  /** For loops that ask a model in their body, a run in which one of its calls is refused. */
  refusedRuns(known: readonly Rehearsed[]): readonly Rehearsed[] {
    const { order, graph, branches, trigger } = this.#plan.checked;
    return order.flatMap((loop): readonly Rehearsed[] => {
      // Once a stream has begun, an error is an event.
      if (graph.nodes.get(loop)?.type !== 'loop' || endpointOf(trigger).stream === 'always') return [];
      const isInside = (id: string): boolean => {
        const node = graph.nodes.get(id);
        // What is asked again, or gone on after, is tested as such.
        const isOnly = isModelNode(node) && node.step === undefined && !('routes' in node.config);
        return isOnly && loopsAround(branches.get(id) ?? []).at(-1) === loop;
      };
      const run = known.findLast(({ outcome }) => (outcome.rounds.get(loop) ?? 0) > 1 && outcome.ran.some(isInside));
      const refused = run?.outcome.ran.find(isInside);
      // Where several are asked at once, nobody knows whose call is refused.
      if (run === undefined || refused === undefined || this.#modelCalls.has(refused)) return [];
      const found = this.#rehearse({ ...run.trial, refused });
      return found === undefined ? [] : [found];
    });
  }

  /** Changes a run until all decisions fall as wanted, one after the other. */
  #follow(decisions: Branch, start: Rehearsed): Rehearsed | undefined {
    let run = start;
    for (;;) {
      const fallen = fallenSo(decisions, run.outcome);
      const next = decisions[fallen];
      if (next === undefined) return run;
      const deciding = next.kind === 'join' ? [...run.outcome.ways.keys()] : [next.node];
      const better = this.#improve(run, deciding, (outcome) => fallenSo(decisions, outcome) > fallen);
      if (better === undefined) return undefined;
      run = better;
    }
  }

  /** The run with one thing set otherwise, or two, so that it is better. */
  #improve(
    run: Rehearsed,
    deciding: readonly string[],
    isBetter: (outcome: Outcome) => boolean,
  ): Rehearsed | undefined {
    const moves = deciding.flatMap((node) => movesOf(this.#plan, node));
    const others: Trial[] = [];
    for (const move of moves) {
      const trial = move(run.trial);
      const changed = this.#rehearse(trial);
      if (changed !== undefined && isBetter(changed.outcome)) return changed;
      if (trial !== undefined) others.push(trial);
    }
    let pairs = mostPairs;
    for (const trial of others) {
      for (const move of moves) {
        pairs -= 1;
        if (pairs < 0) return undefined;
        const changed = this.#rehearse(move(trial));
        if (changed !== undefined && isBetter(changed.outcome)) return changed;
      }
    }
    return undefined;
  }

  #rehearse(trial: Trial | undefined): Rehearsed | undefined {
    if (trial === undefined || this.#rehearsalsLeft <= 0) return undefined;
    this.#rehearsalsLeft -= 1;
    const outcome = this.#rehearsals.attempt(trial);
    if (outcome === undefined) return undefined;
    const run = { trial, outcome };
    const mistakable = new Set(this.#recognition.mistakable(run));
    if (mistakable.size === 0) return run;
    // What is not told answers as it sees fit, and may then be in the way of others.
    const answers = [...trial.answers].filter(([node]) => !mistakable.has(node));
    return this.#rehearse({ ...trial, answers: new Map(answers) });
  }
}

/** How many decisions fell as wanted before the first that did not. */
function fallenSo(decisions: Branch, { ways, ran, rounds }: Outcome): number {
  const other = decisions.findIndex((decision) => {
    if (decision.kind === 'body') return (rounds.get(decision.node) ?? 0) === 0;
    return decision.kind === 'way' ? !ways.get(decision.node)?.has(decision.way) : !ran.includes(decision.node);
  });
  return other < 0 ? decisions.length : other;
}
