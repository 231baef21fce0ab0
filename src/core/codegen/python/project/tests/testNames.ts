import type { Plan } from '../../plan/plan.ts';
import type { Rehearsed } from './search.ts';

/** About as long as a name may be; what lies further out is left away first. */
const longest = 48;

/** The words of a test's name that tell a run from the others: where it ends, and what was decided on the way. */
export function nameOfRun(plan: Plan, run: Rehearsed, runs: readonly Rehearsed[]): string {
  const end = run.outcome.response?.id ?? 'no response';
  const isShared = (id: string, way: number): boolean => runs.every(({ outcome }) => outcome.ways.get(id) === way);
  const decided = run.outcome.ran.flatMap((id): readonly string[] => {
    const way = run.outcome.ways.get(id);
    if (way !== undefined) return isShared(id, way) ? [] : [decisionWords(plan, id, way, run)];
    return run.trial.answers.get(id)?.kind === 'call' ? [decisionWords(plan, id, 1, run)] : [];
  });
  for (let from = 0; from < decided.length; from += 1) {
    const words = `test ${end} when ${decided.slice(from).join(' and ')}`;
    if (words.length <= longest || from === decided.length - 1) return words;
  }
  return `test ${end} answers`;
}

/** "the model calls get_order", "is_adult", "not is_adult". */
export function decisionWords(plan: Plan, id: string, way: number, run?: Rehearsed): string {
  const node = plan.checked.graph.nodes.get(id);
  if (node?.type !== 'openaiCompletion') return way === 0 ? id : `not ${id}`;
  const completions = plan.checked.file.nodes.filter(({ type }) => type === 'openaiCompletion');
  const model = completions.length === 1 ? 'the model' : id;
  if (way === 0) return `${model} answers in text`;
  const told = run?.trial.answers.get(id);
  return told?.kind === 'call' ? `${model} calls ${told.name}` : `${model} calls a function`;
}
