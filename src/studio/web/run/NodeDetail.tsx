import { Pin, PinOff } from 'lucide-react';
import { useId, useMemo, useState, type ReactNode } from 'react';

import type { ModelCall } from '../../protocol/index.ts';
import { IconButton } from '../design/Button.tsx';
import { TabList, TabPanel } from '../design/Tabs.tsx';
import { useDocument } from '../document/documentStore.ts';
import type { LiveRun } from './liveRun.ts';
import { useCompiled } from '../document/useCompiled.ts';
import { placeOf } from './called.ts';
import { CallList } from './CallList.tsx';
import { Failure } from './Failure.tsx';
import { GrowingText } from './GrowingText.tsx';
import { useChosenRound } from './chosenItem.ts';
import { ItemChooser } from './ItemChooser.tsx';
import { nodeInput } from './nodeInput.ts';
import { isLoop, type RunError } from './nodeRun.ts';
import { isPinnable } from './pinnable.ts';
import { pin, unpin, usePins } from './pins.ts';
import { roundKey, roundsOf, type Round } from './rounds.ts';
import { wayTaken } from './wayTaken.ts';
import { JsonTree } from './values/JsonTree.tsx';

interface NodeDetailProps {
  readonly file: string;
  readonly run: LiveRun;
  readonly node: string;
  readonly title: string;
}

/** What a node took and gave in a run, and what it asked models. */
export function NodeDetail({ file, run, node, title }: NodeDetailProps): ReactNode {
  const ran = run.nodes.get(node);
  const rounds = ran === undefined ? noRounds : roundsOf(ran.rounds);
  const round = useChosenRound(rounds);
  const calls = useMemo(() => callsOf(run, node, round), [run, node, round]);
  const printed = run.printed.filter((each) => each.node === node);
  const failures = failuresOf(run, node, round);
  const [tab, setTab] = useState(failures.length > 0 ? 'error' : 'output');
  const tabs = [
    { name: 'output', title: 'Output' },
    { name: 'input', title: 'Input' },
    ...(calls.length > 0
      ? [{ name: 'calls', title: calls.length === 1 ? 'Model call' : `Model calls ${calls.length}` }]
      : []),
    ...(printed.length > 0 ? [{ name: 'printed', title: 'Printed' }] : []),
    ...(failures.length > 0 ? [{ name: 'error', title: 'Error' }] : []),
  ];
  const shown = tabs.some(({ name }) => name === tab) ? tab : 'output';
  const id = useId();
  return (
    <div className="flex h-full min-h-0 flex-col">
      <div className="flex h-7 shrink-0 items-stretch overflow-hidden border-b border-line bg-sunken px-1">
        <span className="mr-1 min-w-0 truncate px-1.5 text-2xs leading-7 font-semibold">{title}</span>
        <TabList
          id={id}
          label={`Values of ${title}`}
          tabs={tabs}
          shown={shown}
          onShow={setTab}
          isEager
          className="flex shrink-0 items-stretch"
          tabClassName="shrink-0 px-1.5 text-2xs"
        />
      </div>
      {rounds.size > 0 && (
        <ItemChooser
          rounds={rounds}
          chosen={round}
          whole={ran !== undefined && isLoop(ran) ? 'The whole' : 'What came last'}
        />
      )}
      <TabPanel id={id} shown={shown} className="min-h-0 grow overflow-auto" isSkipped>
        {ran === undefined && shown !== 'input' ? (
          <NotReached run={run} node={node} />
        ) : shown === 'output' ? (
          <Output file={file} run={run} node={node} round={round} title={title} />
        ) : shown === 'input' ? (
          <Input run={run} node={node} round={round} title={title} />
        ) : shown === 'calls' ? (
          <CallList calls={calls} />
        ) : shown === 'printed' ? (
          <pre tabIndex={0} className="p-2 font-mono text-xs whitespace-pre-wrap">
            {printed.map(({ text }) => text).join('')}
          </pre>
        ) : (
          <div className="flex flex-col gap-2 p-2">
            {failures.map((error, index) => (
              <Failure key={index} error={error} />
            ))}
          </div>
        )}
      </TabPanel>
    </div>
  );
}

const noRounds: ReadonlyMap<string, Round> = new Map();

/** Why the run says nothing of a node. What nothing reads and does nothing else is not in the project. */
function NotReached({ run, node }: Pick<NodeDetailProps, 'run' | 'node'>): ReactNode {
  const lines = useCompiled(async (compiler) => compiler.nodeLines());
  const isNoCode = lines !== undefined && lines.length > 0 && !lines.some((each) => each.node === node);
  return (
    <Note>
      {run.entry?.leftOut.has(node) === true
        ? `This run was to go to \`${run.summary?.stopAfter ?? ''}\` and no further, so this node was left out of it.`
        : isNoCode
          ? 'Nothing reads what this node gives, so it is left out of the service.'
          : 'This node was not reached in this run.'}
    </Note>
  );
}

function callsOf(run: LiveRun, node: string, round: Round | undefined): readonly ModelCall[] {
  const calls = [...run.calls.values()].filter((call) => call.node === node);
  if (round === undefined) return calls;
  const key = roundKey(round.items);
  const ofRound = calls.filter(({ items = [] }) => roundKey(items) === key);
  return ofRound.length > 0 ? ofRound : calls;
}

/** What a node failed with: in the round that is looked at, in the last one that failed, or all that ended the run. */
function failuresOf(run: LiveRun, node: string, round: Round | undefined): readonly RunError[] {
  if (round !== undefined) return round.error === undefined ? [] : [round.error];
  const ended = run.failures.flatMap((each) => (each.node === node ? [each.error] : []));
  const own = run.nodes.get(node)?.error;
  return ended.length > 0 || own === undefined ? ended : [own];
}

function Note({ children }: { readonly children: ReactNode }): ReactNode {
  return <p className="p-3 text-xs text-muted">{children}</p>;
}

interface ValueProps extends NodeDetailProps {
  /** The items of loops that are looked at. */
  readonly round: Round | undefined;
}

function Output({ file, run, node, round, title }: ValueProps): ReactNode {
  const ran = run.nodes.get(node);
  const isPinned = usePins(file).some((each) => each.node === node);
  const canPin = useDocument(({ current }) => {
    const place = current && placeOf(current, node);
    return place !== undefined && isPinnable(place.drawing, place.id);
  });
  const way = useDocument(({ current }) => current && wayTaken(run, current, node));
  if (ran === undefined) return null;
  const { value: given, isTruncated } = round ?? ran;
  // A choice between two is told as true or false.
  const value = typeof given === 'string' ? given : (way ?? given);
  const text = round === undefined ? ran.text : (ran.texts.get(roundKey(round.items)) ?? '');
  if (value === undefined)
    return round?.error !== undefined ? (
      <Note>{`It failed for this item: ${round.error.message}`}</Note>
    ) : text === '' ? (
      <Note>{ran.state === 'running' ? 'It has given nothing yet.' : 'Nothing was recorded of what it gave.'}</Note>
    ) : (
      <div className="p-2 text-xs">
        <GrowingText text={text} isGrowing={ran.state === 'running'} />
      </div>
    );
  return (
    <JsonTree
      label={`Output of ${title}`}
      value={value}
      isTruncated={isTruncated}
      actions={
        (canPin || isPinned) && (
          <IconButton
            icon={isPinned ? PinOff : Pin}
            label={
              isPinned
                ? 'Unpin'
                : isTruncated
                  ? 'It was cut, so it cannot be pinned'
                  : 'Pin: later runs take this value'
            }
            className={isPinned ? 'text-accent' : ''}
            disabled={isTruncated && !isPinned}
            onClick={() => void (isPinned ? unpin(file, node) : pin(file, node, value, run.id))}
          />
        )
      }
    />
  );
}

function Input({ run, node, round, title }: Omit<ValueProps, 'file'>): ReactNode {
  const document = useDocument((state) => state.current);
  const input = useMemo(
    () => round?.item ?? (document === undefined ? undefined : nodeInput(run, document, node, round?.items)),
    [run, document, node, round],
  );
  if (input === undefined) return <Note>No value led into this node in this run.</Note>;
  return <JsonTree label={`Input of ${title}`} value={input.value} isTruncated={input.isTruncated} />;
}
