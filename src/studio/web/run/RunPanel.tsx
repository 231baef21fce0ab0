import { Gauge } from 'lucide-react';
import { useMemo, useState, type ReactNode } from 'react';

import { describeNode } from '../../../core/workflow/edits/index.ts';
import { runCommand } from '../commands/registry.ts';
import { Button } from '../design/Button.tsx';
import { EmptyState } from '../design/EmptyState.tsx';
import { Keys } from '../design/Keys.tsx';
import { useDocument } from '../document/documentStore.ts';
import { RunApprovals } from './approvals/RunApprovals.tsx';
import { placeOf } from './called.ts';
import { useChosenNode } from './chosenNode.ts';
import { isOver } from './liveRun.ts';
import { NodeDetail } from './NodeDetail.tsx';
import { PinList } from './PinList.tsx';
import { RunEvents } from './RunEvents.tsx';
import { RunFailure } from './RunFailure.tsx';
import { RunHead, type RunView } from './RunHead.tsx';
import { Timeline } from './timeline/Timeline.tsx';
import { useNow } from './useNow.ts';
import { useSampledRun } from './useSampledRun.ts';

/** The run on the canvas: its nodes over time, what each took and gave, and everything that was said of it. */
export function RunPanel(): ReactNode {
  const run = useSampledRun();
  const [view, setView] = useState<RunView>('timeline');
  const now = useNow(run !== undefined && !isOver(run.state));
  const chosen = useChosenNode(run);
  const titleOf = useTitles();
  const file = useDocument((state) => state.current?.file);
  if (file === undefined) return null;
  return (
    <div className="@container flex h-full min-h-0 flex-col">
      <RunHead run={run} now={now} view={view} onView={setView} />
      {view === 'pins' ? (
        <PinList file={file} titleOf={titleOf} />
      ) : run === undefined ? (
        <NoRun />
      ) : (
        <>
          <RunFailure run={run} />
          <RunApprovals run={run} />
          {view === 'events' ? (
            <RunEvents run={run} />
          ) : run.nodes.size === 0 ? (
            <p className="p-4 text-center text-xs text-muted">
              {isOver(run.state) ? 'No node was reached.' : 'The first node begins as soon as the service is ready.'}
            </p>
          ) : (
            <div className="grid min-h-0 grow grid-cols-[minmax(0,3fr)_minmax(240px,2fr)] @max-2xl:grid-cols-1 @max-2xl:grid-rows-2">
              <Timeline run={run} now={now} chosen={chosen} titleOf={titleOf} />
              <div className="min-h-0 min-w-0 border-l border-line @max-2xl:border-t @max-2xl:border-l-0">
                {chosen !== undefined && (
                  <NodeDetail key={chosen} file={file} run={run} node={chosen} title={titleOf(chosen)} />
                )}
              </div>
            </div>
          )}
        </>
      )}
    </div>
  );
}

function NoRun(): ReactNode {
  const run = (): void => {
    const why = runCommand('run');
    if (why !== undefined) useDocument.getState().refuse(why);
  };
  return (
    <EmptyState icon={Gauge} title="Nothing has run here yet">
      <p className="mb-3">
        A run shows when each node began and ended, its first token, what it took and gave, and what it cost.
      </p>
      <Button onClick={run}>
        Run <Keys keys="Mod+Enter" />
      </Button>
    </EmptyState>
  );
}

/** What nodes are called on the canvas, also on that of a workflow that is called. */
function useTitles(): (path: string) => string {
  const drawing = useDocument((state) => state.current?.drawing);
  const sources = useDocument((state) => state.current?.sources);
  return useMemo(() => {
    const titles = new Map<string, string>();
    return (path) => {
      const place = drawing && sources && placeOf({ drawing, sources }, path);
      const node = place?.drawing.nodes.find(({ id }) => id === place.id);
      const title =
        titles.get(path) ?? (node === undefined ? path.slice(path.lastIndexOf('/') + 1) : describeNode(node).title);
      titles.set(path, title);
      return title;
    };
  }, [drawing, sources]);
}
