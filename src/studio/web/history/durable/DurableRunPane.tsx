import { Ban, RotateCcw, X } from 'lucide-react';
import { useEffect, useState, type ReactNode } from 'react';

import type { DurableRun } from '../../../../core/durableRuns.ts';
import type { DurablePlace } from '../../../protocol/index.ts';
import { ask } from '../../api/client.ts';
import { Button, IconButton } from '../../design/Button.tsx';
import { counted, dollars, duration, moment } from '../../design/figures.ts';
import { Segments } from '../../design/Segments.tsx';
import { ApprovalCard } from '../../run/approvals/ApprovalCard.tsx';
import { useDocument } from '../../document/documentStore.ts';
import { CopyButton } from '../../run/CopyButton.tsx';
import { Prose } from '../../run/Prose.tsx';
import { RunEvents } from '../../run/RunEvents.tsx';
import { attempt, lookAt } from '../../run/runStore.ts';
import { Output, SaidParts } from '../../run/SaidParts.tsx';
import { useNow } from '../../run/useNow.ts';
import { drawnRun } from './drawnRun.ts';
import { refreshDurable } from './durableStore.ts';
import { standingWord, StandingMark } from './StandingMark.tsx';
import { StepTable } from './StepTable.tsx';
import { timeOf } from './times.ts';
import { useDurableRun, type OpenDurable } from './useDurableRun.ts';

const views = [
  { value: 'steps', title: 'Steps' },
  { value: 'answer', title: 'Answer' },
  { value: 'events', title: 'Events' },
] as const;
type View = (typeof views)[number]['value'];

interface DurableRunPaneProps {
  readonly place: DurablePlace;
  readonly onOpen: (run: string) => void;
  readonly onClose: () => void;
}

/** One durable run: how it stands, step by step and as it goes on, what it asks, and what can be done with it. */
export function DurableRunPane({ place, onOpen, onClose }: DurableRunPaneProps): ReactNode {
  const opened = useDurableRun(place);
  const [view, setView] = useState<View>('steps');
  const { shown, failure } = opened;
  const now = useNow(shown?.run.status === 'running');
  useDrawn(opened);
  return (
    <section aria-label="The run" className="flex h-full min-h-0 min-w-0 flex-col">
      <div className="flex min-h-9 shrink-0 flex-wrap items-center gap-x-2 border-b border-line px-2 py-1 text-xs">
        <Segments
          label="What is shown"
          options={views}
          value={view}
          isSmall
          onChange={(value) => setView(views.find((each) => each.value === value)?.value ?? 'steps')}
        />
        {shown !== undefined && <Figures run={shown.run} now={now} />}
        <span className="grow" />
        {shown !== undefined && <Actions place={place} run={shown.run} refresh={opened.refresh} onOpen={onOpen} />}
        <CopyButton label="Copy the id" text={() => place.run} />
        <IconButton icon={X} label="Close the run" onClick={onClose} />
      </div>
      <Standing opened={opened} />
      {shown === undefined ? (
        failure === undefined && (
          <p role="status" className="p-4 text-xs text-muted">
            Looking …
          </p>
        )
      ) : view === 'events' ? (
        <RunEvents run={opened.said} />
      ) : (
        <div className="min-h-0 grow overflow-auto" tabIndex={0}>
          {shown.approvals.length > 0 && (
            <div className="flex flex-col gap-2 p-2">
              {shown.approvals.map((approval) => (
                <ApprovalCard
                  key={`${place.run} ${approval.step}`}
                  approval={approval}
                  onDecide={async (decided) => {
                    await ask('decide', { ...place, ...decided });
                    opened.refresh();
                  }}
                />
              ))}
            </div>
          )}
          {view === 'steps' ? <StepTable run={shown.run} now={now} /> : <Answer opened={opened} run={shown.run} />}
        </div>
      )}
    </section>
  );
}

/** Draws the run onto the canvas while it is looked at, where the canvas shows its workflow. */
function useDrawn({ shown, said }: OpenDurable): void {
  const file = useDocument((state) => state.current?.file);
  const drawing = useDocument((state) => state.current?.drawing);
  useEffect(() => {
    if (file === undefined || drawing === undefined || shown === undefined) return;
    if (drawing.name === shown.run.workflow) lookAt(file, drawnRun(shown.run, said, drawing));
  }, [file, drawing, shown, said]);
  useEffect(() => (file === undefined ? undefined : () => lookAt(file, undefined)), [file]);
}

function Figures({ run, now }: { readonly run: DurableRun; readonly now: number }): ReactNode {
  const [began, ended] = [timeOf(run.created_at), timeOf(run.ended_at)];
  const isWaiting = run.status === 'running' && run.steps.some(({ status }) => status === 'waiting');
  const standing = isWaiting || run.waits_for_version ? 'waiting' : run.status;
  const figures = [
    began === undefined ? '' : moment(began, now),
    began === undefined ? '' : duration((ended ?? now) - began),
    run.usage.total_tokens === 0 ? '' : counted(run.usage.total_tokens, 'token'),
    run.usage.total_tokens === 0 ? '' : dollars(run.usage.cost_usd),
  ];
  return (
    <>
      <span className="flex shrink-0 items-center gap-1.5 font-medium">
        <StandingMark standing={standing} />
        <span aria-hidden>{standingWord(standing)}</span>
      </span>
      <span className="min-w-0 truncate font-medium">{run.workflow}</span>
      <span className="min-w-0 truncate text-muted tabular-nums">
        {figures.filter((each) => each !== '').join(' · ')}
      </span>
    </>
  );
}

interface ActionsProps {
  readonly place: DurablePlace;
  readonly run: DurableRun;
  readonly refresh: () => void;
  readonly onOpen: (run: string) => void;
}

function Actions({ place, run: { status }, refresh, onOpen }: ActionsProps): ReactNode {
  const [isBusy, setBusy] = useState(false);
  const act = async (what: () => Promise<void>): Promise<void> => {
    setBusy(true);
    await attempt(what);
    setBusy(false);
    void refreshDurable();
  };
  if (status === 'running')
    return (
      <Button
        look="quiet"
        icon={Ban}
        disabled={isBusy}
        onClick={() =>
          void act(async () => {
            await ask('cancelDurable', place);
            refresh();
          })
        }
      >
        Cancel
      </Button>
    );
  if (status === 'succeeded') return null;
  return (
    <Button
      look="quiet"
      icon={RotateCcw}
      disabled={isBusy}
      title="A new run begins where this one ended, with what its steps have given"
      onClick={() => void act(async () => onOpen((await ask('retryDurable', place)).id))}
    >
      Retry
    </Button>
  );
}

/** What a person should know before anything else: why it failed, or why nothing comes. */
function Standing({ opened: { shown, failure, away } }: { readonly opened: OpenDurable }): ReactNode {
  const problem = shown?.run.problem;
  const node = typeof problem?.node === 'string' ? ` at ${problem.node}` : '';
  return (
    <>
      {problem !== undefined && (
        <Banner code={`${problem.code}${node}`} text={problem.detail} hint={problem.hint ?? undefined} />
      )}
      {failure !== undefined && <Banner text={failure.message} hint={failure.hint} />}
      {failure === undefined && away !== undefined && <Waiting text={away} />}
      {shown?.run.waits_for_version === true && (
        <Waiting
          text={`No process has the version that this run began with (${shown.run.version ?? 'unknown'}): start that version beside the new one, and it goes on.`}
        />
      )}
      {shown?.whyNoApprovals !== undefined && (
        <Waiting text={`What it asks is decided with the service's own token. ${shown.whyNoApprovals}`} />
      )}
    </>
  );
}

interface BannerProps {
  readonly code?: string;
  readonly text: string;
  readonly hint: string | undefined;
}

function Banner({ code, text, hint }: BannerProps): ReactNode {
  return (
    <div
      role="alert"
      className="max-h-[40%] shrink-0 overflow-auto border-b border-line bg-danger-soft px-3 py-2 text-xs"
    >
      <p className="wrap-anywhere">
        {code !== undefined && <code className="mr-1.5 font-semibold text-danger">{code}</code>}
        <Prose text={text} />
      </p>
      {hint !== undefined && (
        <p className="mt-0.5 whitespace-pre-wrap text-muted">
          <Prose text={hint} />
        </p>
      )}
    </div>
  );
}

function Waiting({ text }: { readonly text: string }): ReactNode {
  return (
    <p role="status" className="shrink-0 border-b border-line bg-warning-soft px-3 py-1.5 text-xs text-warning">
      {text}
    </p>
  );
}

/** What it has said so far, and its result. */
function Answer({ opened: { said }, run }: { readonly opened: OpenDurable; readonly run: DurableRun }): ReactNode {
  const isSilent = said.said.length === 0 && run.result === undefined;
  return (
    <div className="flex max-w-[48rem] flex-col gap-2 p-3 text-sm">
      {isSilent ? (
        <p className="text-xs text-muted">
          {run.status === 'running' ? 'Nothing has been said yet.' : 'It has said nothing.'}
        </p>
      ) : (
        <>
          <SaidParts said={said.said} isGrowing={run.status === 'running'} />
          <Output output={run.result?.output} said={said.said} />
        </>
      )}
    </div>
  );
}
