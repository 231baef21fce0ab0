import { FlaskConical, GitCompare, MoreHorizontal, MonitorPlay, RotateCcw } from 'lucide-react';
import { Suspense, useState, type ReactNode } from 'react';

import type { RunSummary } from '../../protocol/index.ts';
import { readDrawing } from '../../../core/workflow/edits/index.ts';
import { ask } from '../api/client.ts';
import { Button, IconButton } from '../design/Button.tsx';
import { Dialog } from '../design/Dialog.tsx';
import { Menu } from '../design/Menu.tsx';
import { Tooltip } from '../design/Tooltip.tsx';
import { size } from '../design/figures.ts';
import { isOver } from '../run/liveRun.ts';
import { pinsFrom } from '../run/pinnable.ts';
import { setPins } from '../run/pins.ts';
import { replay, replayWithCurrent } from '../run/replays.ts';
import { attempt, loadRun } from '../run/runStore.ts';
import { forget, useHistory } from './historyStore.ts';
import { MakeTestDialog } from './MakeTestDialog.tsx';
import { testName } from './testName.ts';
import { openRun } from './openRun.ts';
import { later } from '../design/later.ts';

const CompareDialog = later(async () => (await import('./CompareDialog.tsx')).CompareDialog);

interface HistoryActionsProps {
  readonly chosen: readonly RunSummary[];
  /** Undefined: the runs of all files are listed. */
  readonly file: string | undefined;
  readonly onForgotten: () => void;
}

/** What can be done with the runs that are selected, and with all. */
export function HistoryActions({ chosen, file, onForgotten }: HistoryActionsProps): ReactNode {
  const kept = useHistory((state) => state.size);
  const [shown, setShown] = useState<'compare' | 'test' | 'forget'>();
  const [one] = chosen;
  const only = chosen.length === 1 && one !== undefined && isOver(one.state) ? one : undefined;
  const why = only === undefined ? 'Select one run' : undefined;
  const forgetThese = async (which: Parameters<typeof forget>[0]): Promise<void> => {
    if (await attempt(async () => forget(which))) onForgotten();
  };
  const pinAll = async ({ id, file: of }: RunSummary): Promise<void> => {
    await attempt(async () => {
      const drawing = readDrawing((await ask('run', { run: id })).text);
      if (drawing !== undefined) await setPins(of, pinsFrom(await loadRun(id), drawing));
    });
  };
  return (
    <>
      {kept !== undefined && chosen.length === 0 && (
        <span className="text-2xs whitespace-nowrap text-muted" title="All runs, of all workflows, on this machine">
          {size(kept)} kept
        </span>
      )}
      {chosen.length > 0 && <span className="text-2xs text-muted">{chosen.length} selected</span>}
      <Tooltip label="Show it on the canvas">
        <Button
          look="quiet"
          icon={MonitorPlay}
          disabled={chosen.length !== 1}
          onClick={() => one !== undefined && void openRun(one)}
        >
          <span className="@max-2xl:sr-only">Open</span>
        </Button>
      </Tooltip>
      <Tooltip
        label={
          chosen.length === 2
            ? 'What went in and came out, times and costs, side by side'
            : 'Select two runs, the second with Ctrl'
        }
      >
        <Button look="quiet" icon={GitCompare} disabled={chosen.length !== 2} onClick={() => setShown('compare')}>
          <span className="@max-2xl:sr-only">Compare</span>
        </Button>
      </Tooltip>
      <Tooltip label="Run it again with what was answered then: nobody is asked">
        <Button
          look="quiet"
          icon={RotateCcw}
          disabled={only === undefined}
          onClick={() => only !== undefined && void replay(only.id)}
        >
          <span className="@max-2xl:sr-only">Replay</span>
        </Button>
      </Tooltip>
      <Tooltip label="A test of the project that tells these answers and expects this output">
        <Button look="quiet" icon={FlaskConical} disabled={only === undefined} onClick={() => setShown('test')}>
          <span className="@max-2xl:sr-only">Make a test</span>
        </Button>
      </Tooltip>
      <Menu
        entries={[
          {
            title: 'Replay with the current prompts',
            why,
            onSelect: () => only !== undefined && void replayWithCurrent(only.id),
          },
          { title: 'Pin all outputs', why, onSelect: () => only !== undefined && void pinAll(only) },
          undefined,
          {
            title: `Forget ${chosen.length === 1 ? 'this run' : 'these runs'}`,
            why: chosen.length === 0 ? 'Select some' : undefined,
            onSelect: () => void forgetThese({ runs: chosen.map(({ id }) => id) }),
          },
          {
            title: file === undefined ? 'Forget all runs …' : 'Forget all runs of this workflow …',
            onSelect: () => setShown('forget'),
          },
        ]}
      >
        <IconButton icon={MoreHorizontal} label="More to do with runs" />
      </Menu>
      {shown === 'test' && only !== undefined && (
        <MakeTestDialog
          run={only.id}
          suggestion={testName({ input: only.input, state: only.state, problem: only.problem })}
          onClose={() => setShown(undefined)}
        />
      )}
      {shown === 'compare' && chosen.length === 2 && (
        <Suspense fallback={null}>
          <CompareDialog ids={chosen.map(({ id }) => id).toReversed()} onClose={() => setShown(undefined)} />
        </Suspense>
      )}
      <Dialog
        isOpen={shown === 'forget'}
        onClose={() => setShown(undefined)}
        title={file === undefined ? 'Forget all runs?' : 'Forget all runs of this workflow?'}
        description="Their inputs, events, values and answers are deleted from this machine. Tests made of them stay."
        footer={
          <>
            <Button onClick={() => setShown(undefined)}>Keep them</Button>
            <Button
              look="danger"
              onClick={() => {
                setShown(undefined);
                void forgetThese(file === undefined ? {} : { file });
              }}
            >
              Forget
            </Button>
          </>
        }
      />
    </>
  );
}
