import { useDocument, type OpenDocument } from '../document/documentStore.ts';
import { folderOf, stepsCalling } from './called.ts';
import { runInside } from './innerRuns.ts';
import type { LiveRun } from './liveRun.ts';

interface Shown {
  readonly runs: ReadonlyMap<string, LiveRun>;
  readonly shown: ReadonlyMap<string, string>;
  readonly lookedAt: ReadonlyMap<string, LiveRun>;
}

/** What was found last: it is asked for by each node of the canvas. */
let latest: { readonly of: readonly unknown[]; readonly run: LiveRun | undefined } | undefined;

/** The run that the canvas of a file shows; where it has none, what a run of another file that was open did in this one. */
export function runOn({ runs, shown, lookedAt }: Shown, file: string | undefined): LiveRun | undefined {
  if (file === undefined) return undefined;
  const own = lookedAt.get(file) ?? runs.get(shown.get(file) ?? '');
  const { current, others } = useDocument.getState();
  if (own !== undefined || current?.file !== file) return own;
  const of = [runs, shown, others, current.path];
  if (latest === undefined || of.some((each, index) => each !== latest?.of[index]))
    latest = { of, run: calledRun({ runs, shown }, [...others.values()], current.path) };
  return latest.run;
}

/** @param callers those that were open last come last */
function calledRun(
  { runs, shown }: Omit<Shown, 'lookedAt'>,
  callers: readonly OpenDocument[],
  path: string,
): LiveRun | undefined {
  for (const caller of callers.toReversed()) {
    const run = runs.get(shown.get(caller.file) ?? '');
    const folder = folderOf(caller.path);
    if (run === undefined || !path.startsWith(folder)) continue;
    const steps = stepsCalling(caller, path.slice(folder.length)).flatMap((step) => {
      const startedAt = run.nodes.get(step)?.startedAt;
      return startedAt === undefined ? [] : [{ step, startedAt }];
    });
    const [last] = steps.toSorted((a, b) => b.startedAt - a.startedAt);
    if (last !== undefined) return runInside(run, last.step);
  }
  return undefined;
}
