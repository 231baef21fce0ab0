import { FlaskConical, Pin } from 'lucide-react';
import { useState, type ReactNode } from 'react';

import { Button } from '../design/Button.tsx';
import { Tooltip } from '../design/Tooltip.tsx';
import { useDocument } from '../document/documentStore.ts';
import { MakeTestDialog } from '../history/MakeTestDialog.tsx';
import { testName } from '../history/testName.ts';
import { CopyButton } from './CopyButton.tsx';
import { moment } from '../design/figures.ts';
import { field } from '../design/fields.ts';
import { isOver, type LiveRun } from './liveRun.ts';
import { pinsFrom } from './pinnable.ts';
import { setPins, usePins } from './pins.ts';
import { showRun, useRuns } from './runStore.ts';
import { StateMark, stateWord } from './StateMark.tsx';
import { runFigures } from './runFigures.ts';

export type RunView = 'timeline' | 'events' | 'pins';
const views: readonly RunView[] = ['timeline', 'events', 'pins'];
const words: Readonly<Record<RunView, string>> = { timeline: 'Timeline', events: 'Events', pins: 'Pins' };

interface RunHeadProps {
  readonly run: LiveRun | undefined;
  readonly now: number;
  readonly view: RunView;
  readonly onView: (view: RunView) => void;
}

/** How it stands with the run, in one line. */
export function RunHead({ run, now, view, onView }: RunHeadProps): ReactNode {
  const file = useDocument((state) => state.current?.file);
  const pinned = usePins(file).length;
  return (
    <div className="flex h-9 shrink-0 items-center gap-2 overflow-hidden border-b border-line px-2 text-xs @max-sm:h-auto @max-sm:flex-wrap">
      <div role="group" aria-label="What is shown" className="flex rounded-control bg-sunken p-0.5">
        {views.map((each) => (
          <button
            key={each}
            type="button"
            aria-pressed={view === each}
            className={`rounded-[4px] px-2 py-0.5 text-2xs font-medium ${view === each ? 'bg-raised text-ink shadow-raised' : 'text-muted hover:text-ink'}`}
            onClick={() => onView(each)}
          >
            {words[each]}
            {each === 'pins' && pinned > 0 && ` ${pinned}`}
          </button>
        ))}
      </div>
      {run !== undefined && (
        <>
          <Picker run={run} />
          <Figures run={run} now={now} />
          <span className="grow" />
          {isOver(run.state) && file !== undefined && <Actions file={file} run={run} />}
        </>
      )}
    </div>
  );
}

/** Runs of this file that the page knows, when there are several. */
function Picker({ run }: { readonly run: LiveRun }): ReactNode {
  const file = useDocument((state) => state.current?.file);
  const ids = useRuns(({ runs }) =>
    [...runs.values()]
      .filter((each) => each.summary?.file === file || each.id === run.id)
      .map(({ id, startedAt, summary }) => `${id} ${startedAt ?? summary?.startedAt ?? 0}`)
      .join('\n'),
  ).split('\n');
  if (ids.length < 2 || file === undefined) return null;
  return (
    <select
      aria-label="Which run is shown"
      className={`${field} h-6 max-w-28`}
      value={run.id}
      onChange={({ target }) => void showRun(file, target.value)}
    >
      {ids.toReversed().map((line) => {
        const [id = '', at] = line.split(' ');
        return (
          <option key={id} value={id}>
            {moment(Number(at))}
          </option>
        );
      })}
    </select>
  );
}

function Figures({ run, now }: { readonly run: LiveRun; readonly now: number }): ReactNode {
  const { summary, state, note } = run;
  return (
    <>
      <span className="flex shrink-0 items-center gap-1.5 font-medium">
        <StateMark state={state} />
        <span aria-hidden>{stateWord(state)}</span>
      </span>
      <span className="min-w-0 truncate text-muted tabular-nums">
        {state === 'preparing' ? (note ?? '') : runFigures(run, now)}
      </span>
      {summary?.answeredBy === 'told' && (
        <Tooltip label="All answers are recorded ones: nobody was asked, and nothing was spent.">
          <span tabIndex={0} className="shrink-0 rounded-control bg-sunken px-1.5 text-2xs text-muted">
            replayed
          </span>
        </Tooltip>
      )}
      {summary?.projectHash !== undefined && (
        <Tooltip label={`The project that ran, byte for byte what a build writes: ${summary.projectHash}`}>
          <span
            tabIndex={0}
            className="shrink-0 rounded-control bg-sunken px-1.5 font-mono text-2xs text-muted @max-3xl:hidden"
          >
            {summary.projectHash.slice(0, 8)}
          </span>
        </Tooltip>
      )}
    </>
  );
}

function Actions({ file, run }: { readonly file: string; readonly run: LiveRun }): ReactNode {
  const [isNaming, setNaming] = useState(false);
  const drawing = useDocument((state) => state.current?.drawing);
  const pins = drawing === undefined ? [] : pinsFrom(run, drawing);
  return (
    <>
      <Tooltip label="Pin all: what models, functions and called workflows gave is kept for the runs to come">
        <Button look="quiet" icon={Pin} disabled={pins.length === 0} onClick={() => void setPins(file, pins)}>
          <span className="@max-5xl:sr-only">Pin all</span>
        </Button>
      </Tooltip>
      <Tooltip label="Make a test: it tells these answers to the project and expects this output">
        <Button look="quiet" icon={FlaskConical} onClick={() => setNaming(true)}>
          <span className="@max-5xl:sr-only">Make a test</span>
        </Button>
      </Tooltip>
      <CopyButton label="Copy the output" text={() => textOf(run)} />
      {isNaming && (
        <MakeTestDialog
          run={run.id}
          suggestion={testName({
            input: run.entry?.input ?? run.summary?.input,
            state: run.state,
            problem: run.problem,
          })}
          onClose={() => setNaming(false)}
        />
      )}
    </>
  );
}

function textOf({ output }: LiveRun): string {
  return typeof output === 'string' ? output : JSON.stringify(output ?? null, null, 2);
}
