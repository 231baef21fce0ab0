import { isModelNode } from '../../../../workflow/modelNodes.ts';
import { isAttempt, waysOf } from '../../../../workflow/graph/graph.ts';
import type { Plan } from '../../plan/plan.ts';
import type { Rehearsed } from './search.ts';

/** About as long as a name may be; what lies further out is left away first. */
const longest = 48;

/** The words of each run's test's name that tell it from the others: where it ends, and what was decided on the way. */
export function namesOfRuns(plan: Plan, runs: readonly Rehearsed[]): readonly string[] {
  const [first] = runs;
  const wayAt = (id: string, run: Rehearsed | undefined): string => [...(run?.outcome.ways.get(id) ?? [])].join();
  const shared = new Set(first?.outcome.ways.keys());
  for (const run of runs) for (const id of shared) if (wayAt(id, run) !== wayAt(id, first)) shared.delete(id);
  const taken = new Set<string>();
  return runs.map((run) => {
    const names = possibleNames(plan, run, shared);
    const name = names.find((each) => !taken.has(each)) ?? names[0] ?? '';
    taken.add(name);
    return name;
  });
}

/**
 * The best name first: with what was decided last, as much of it as may be; then with what was decided first.
 * @param shared the nodes at which all runs take the same way
 */
function possibleNames(plan: Plan, run: Rehearsed, shared: ReadonlySet<string>): readonly string[] {
  const end = run.outcome.response?.id ?? 'no response';
  if (run.trial.refused !== undefined) return [`test ${run.trial.refused} is refused`];
  const decided = [...new Set(run.outcome.ran)].flatMap((id): readonly string[] => {
    const rounds = run.outcome.rounds.get(id);
    if (rounds !== undefined) return [roundWords(id, rounds)];
    const ways = run.outcome.ways.get(id);
    if (ways !== undefined) return shared.has(id) ? [] : [...ways].map((way) => decisionWords(plan, id, way, run));
    if (run.outcome.failed.has(id)) return [`${id} fails`];
    return run.trial.answers.get(id)?.kind === 'call' ? [decisionWords(plan, id, 1, run)] : [];
  });
  if (decided.length === 0) return [`test ${end} answers`];
  const named = (words: readonly string[]): string => `test ${end} when ${words.join(' and ')}`;
  const last = decided.map((_, from) => named(decided.slice(from)));
  const first = decided.map((_, index) => named(decided.slice(0, index + 1))).toReversed();
  const fitting = [...last, ...first].filter((name) => name.length <= longest);
  return fitting.length > 0 ? fitting : last.slice(-1);
}

/** "the model calls get_order", "is_adult", "not is_adult". */
export function decisionWords(plan: Plan, id: string, way: number, run?: Rehearsed): string {
  const node = plan.checked.graph.nodes.get(id);
  const { length: ways } = waysOf(plan.checked.graph, id) ?? [];
  if (isAttempt(plan.checked.graph, id)) {
    if (way === ways - 1) return `${id} fails`;
    if (ways === 2) return `${id} succeeds`;
  }
  if (node?.type === 'switch') return `${id} is ${node.config.cases[way]?.id ?? 'default'}`;
  if (!isModelNode(node)) return way === 0 ? id : `not ${id}`;
  const hasOthers = plan.checked.file.nodes.some((other) => isModelNode(other) && other.id !== id);
  const model = hasOthers ? id : 'the model';
  if (way === 0) return `${model} answers in text`;
  const told = run?.trial.answers.get(id);
  return told?.kind === 'call' ? `${model} calls ${told.name}` : `${model} calls a function`;
}

/** "each has 2 rounds" */
export function roundWords(loop: string, rounds: number): string {
  return `${loop} has ${rounds === 0 ? 'no round' : rounds === 1 ? 'one round' : `${rounds} rounds`}`;
}
