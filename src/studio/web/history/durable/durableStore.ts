import { create } from 'zustand';

import type { DurableSummary, RunStanding } from '../../../../core/durableRuns.ts';
import type { Refusal } from '../../../protocol/index.ts';
import { ApiError, ask } from '../../api/client.ts';

const pageSize = 50;

export interface DurableFilter {
  readonly service: string;
  /** Undefined: those of all. */
  readonly workflow: string | undefined;
  readonly status: RunStanding | undefined;
  /** Those that began so many milliseconds ago at most. */
  readonly age: number | undefined;
}

interface DurableState {
  readonly filter: DurableFilter | undefined;
  /** Newest first. */
  readonly runs: readonly DurableSummary[];
  readonly hasMore: boolean;
  readonly isLoading: boolean;
  /** Why what is shown, if anything, is not what is so now. */
  readonly failure: Refusal | undefined;
  /** The workflows whose runs have been seen, by service. */
  readonly workflows: ReadonlyMap<string, readonly string[]>;
}

/** The runs of the service that is looked at, as far as they have been asked for. */
export const useDurable = create<DurableState>()(() => ({
  filter: undefined,
  runs: [],
  hasMore: false,
  isLoading: true,
  failure: undefined,
  workflows: new Map(),
}));

/** Asks for the newest runs that fit. */
export async function loadDurable(filter: DurableFilter): Promise<void> {
  const isOther = useDurable.getState().filter?.service !== filter.service;
  useDurable.setState({ filter, isLoading: true, ...(isOther && { runs: [], hasMore: false, failure: undefined }) });
  await loadPage(filter, 0);
}

/** Asks again for the newest, and leaves what is older as it is known. */
export async function refreshDurable(): Promise<void> {
  const { filter, isLoading } = useDurable.getState();
  if (filter !== undefined && !isLoading) await loadPage(filter, 0, true);
}

export async function loadOlder(): Promise<void> {
  const { filter, runs, hasMore, isLoading } = useDurable.getState();
  if (filter === undefined || !hasMore || isLoading) return;
  useDurable.setState({ isLoading: true });
  await loadPage(filter, runs.length);
}

async function loadPage(filter: DurableFilter, offset: number, isRefresh = false): Promise<void> {
  const { service, workflow, status, age } = filter;
  try {
    const { runs: page } = await ask('durableRuns', {
      service,
      limit: pageSize,
      offset,
      ...(workflow !== undefined && { workflow }),
      ...(status !== undefined && { status }),
      ...(age !== undefined && { since: Date.now() - age }),
    });
    // An answer to what is not asked any more.
    if (useDurable.getState().filter !== filter) return;
    useDurable.setState(({ runs, hasMore, workflows }) => ({
      runs: offset > 0 ? merged(runs, page) : isRefresh ? merged(page, runs.slice(page.length)) : page,
      hasMore: isRefresh ? hasMore || page.length === pageSize : page.length === pageSize,
      isLoading: false,
      failure: undefined,
      workflows: withNames(workflows, service, page),
    }));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (useDurable.getState().filter !== filter) return;
    useDurable.setState({ isLoading: false, failure: error.refusal });
  }
}

/** New runs push older ones on: what comes twice is shown once, as it was said first. */
function merged(first: readonly DurableSummary[], more: readonly DurableSummary[]): readonly DurableSummary[] {
  const known = new Set(first.map(({ id }) => id));
  return [...first, ...more.filter(({ id }) => !known.has(id))];
}

function withNames(
  workflows: DurableState['workflows'],
  service: string,
  page: readonly DurableSummary[],
): DurableState['workflows'] {
  const before = workflows.get(service) ?? [];
  const names = new Set([...before, ...page.map(({ workflow }) => workflow)]);
  return names.size === before.length ? workflows : new Map(workflows).set(service, [...names].toSorted());
}
