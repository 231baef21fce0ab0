import { create } from 'zustand';

import type { RunState, RunSummary } from '../../protocol/index.ts';
import { ApiError, ask } from '../api/client.ts';
import { preview } from '../design/figures.ts';

const pageSize = 100;

interface HistoryFilter {
  /** Undefined: the runs of all files. */
  readonly file: string | undefined;
  readonly state: RunState | undefined;
  readonly answeredBy: RunSummary['answeredBy'] | undefined;
  readonly search: string;
}

interface HistoryState {
  readonly filter: HistoryFilter;
  /** Newest first. */
  readonly runs: readonly RunSummary[];
  /** Bytes of all that is kept; undefined until it is known. */
  readonly size: number | undefined;
  readonly hasMore: boolean;
  readonly isLoading: boolean;
  readonly failure: string | undefined;
}

/** The runs that the server has kept, as far as they have been asked for. */
export const useHistory = create<HistoryState>()(() => ({
  filter: { file: undefined, state: undefined, answeredBy: undefined, search: '' },
  runs: [],
  size: undefined,
  hasMore: false,
  isLoading: true,
  failure: undefined,
}));

/** Asks for the newest runs that fit. */
export async function loadHistory(filter: HistoryFilter): Promise<void> {
  useHistory.setState({ filter, isLoading: true });
  await loadPage(filter, undefined);
}

export async function loadOlder(): Promise<void> {
  const { filter, runs, hasMore, isLoading } = useHistory.getState();
  if (!hasMore || isLoading) return;
  useHistory.setState({ isLoading: true });
  await loadPage(filter, runs.at(-1)?.startedAt);
}

async function loadPage(filter: HistoryFilter, before: number | undefined): Promise<void> {
  const { file, state, search } = filter;
  try {
    const page = await ask('runs', {
      limit: pageSize,
      ...(file !== undefined && { file }),
      ...(state !== undefined && { state }),
      ...(search !== '' && { search }),
      ...(before !== undefined && { before }),
    });
    // An answer to what is not asked any more.
    if (useHistory.getState().filter !== filter) return;
    const earlier = before === undefined ? [] : useHistory.getState().runs;
    const runs = [...earlier, ...page.runs.filter(({ id }) => !earlier.some((known) => known.id === id))];
    useHistory.setState({
      runs,
      size: page.size,
      hasMore: page.runs.length === pageSize,
      isLoading: false,
      failure: undefined,
    });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    useHistory.setState({ isLoading: false, failure: error.refusal.message });
  }
}

/** Takes in how it stands with a run: one that is listed is another now, a new one comes first where it fits. */
export function takeSummary(summary: RunSummary): void {
  useHistory.setState(({ runs, filter }) => ({ runs: withSummary(runs, summary, filter) }));
}

export function withSummary(
  runs: readonly RunSummary[],
  summary: RunSummary,
  filter: HistoryFilter,
): readonly RunSummary[] {
  const index = runs.findIndex(({ id }) => id === summary.id);
  if (index !== -1) return runs.with(index, summary);
  if (!fits(summary, filter)) return runs;
  const place = runs.findIndex(({ startedAt }) => startedAt <= summary.startedAt);
  return place === -1 ? [...runs, summary] : runs.toSpliced(place, 0, summary);
}

/** Whether a run is one of those that are looked for. */
export function fits(run: RunSummary, { file, state, answeredBy, search }: HistoryFilter): boolean {
  if (file !== undefined && run.file !== file) return false;
  if (state !== undefined && run.state !== state) return false;
  if (answeredBy !== undefined && run.answeredBy !== answeredBy) return false;
  return search === '' || searched(run).includes(search.toLowerCase());
}

function searched({ input, output, problem, workflow }: RunSummary): string {
  const whole = Number.MAX_SAFE_INTEGER;
  return [preview(input, whole), preview(output, whole), problem?.detail, problem?.code, workflow]
    .join('\n')
    .toLowerCase();
}

/** Forgets runs, or all of those that are kept (of a file). */
export async function forget(which: { readonly runs?: readonly string[]; readonly file?: string }): Promise<void> {
  const { runs, file } = which;
  await ask('forgetRuns', { ...(runs !== undefined && { runs: [...runs] }), ...(file !== undefined && { file }) });
  await loadHistory({ ...useHistory.getState().filter });
}
