import { Pin, PinOff } from 'lucide-react';
import { Tabs } from 'radix-ui';
import { useMemo, useState, type ReactNode } from 'react';

import { IconButton } from '../design/Button.tsx';
import { useDocument } from '../document/documentStore.ts';
import type { LiveRun } from './liveRun.ts';
import { placeOf } from './called.ts';
import { CallList } from './CallList.tsx';
import { Failure } from './Failure.tsx';
import { GrowingText } from './GrowingText.tsx';
import { nodeInput } from './nodeInput.ts';
import { isPinnable } from './pinnable.ts';
import { pin, unpin, usePins } from './pins.ts';
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
  const calls = useMemo(() => [...run.calls.values()].filter((call) => call.node === node), [run.calls, node]);
  const printed = run.printed.filter((each) => each.node === node);
  const failures = run.failures.filter((each) => each.node === node);
  const [tab, setTab] = useState(failures.length > 0 ? 'error' : 'output');
  const tabs = [
    ['output', 'Output'],
    ['input', 'Input'],
    ...(calls.length > 0
      ? [['calls', calls.length === 1 ? 'Model call' : `Model calls ${calls.length}`] as const]
      : []),
    ...(printed.length > 0 ? [['printed', 'Printed'] as const] : []),
    ...(failures.length > 0 ? [['error', 'Error'] as const] : []),
  ] as const;
  const shown = tabs.some(([name]) => name === tab) ? tab : 'output';
  return (
    <Tabs.Root value={shown} onValueChange={setTab} className="flex h-full min-h-0 flex-col">
      <Tabs.List
        aria-label={`Values of ${title}`}
        className="flex h-7 shrink-0 items-stretch overflow-hidden border-b border-line bg-sunken px-1"
      >
        <span className="mr-1 min-w-0 truncate px-1.5 text-2xs leading-7 font-semibold">{title}</span>
        {tabs.map(([name, word]) => (
          <Tabs.Trigger
            key={name}
            value={name}
            className="shrink-0 border-b-2 border-transparent px-1.5 text-2xs text-muted hover:text-ink data-[state=active]:border-accent data-[state=active]:text-ink"
          >
            {word}
          </Tabs.Trigger>
        ))}
      </Tabs.List>
      <Tabs.Content value={shown} className="min-h-0 grow overflow-auto" tabIndex={-1}>
        {ran === undefined && shown !== 'input' ? (
          <Note>{'This node was not reached in this run.'}</Note>
        ) : shown === 'output' ? (
          <Output file={file} run={run} node={node} title={title} />
        ) : shown === 'input' ? (
          <Input run={run} node={node} title={title} />
        ) : shown === 'calls' ? (
          <CallList calls={calls} />
        ) : shown === 'printed' ? (
          <pre tabIndex={0} className="p-2 font-mono text-xs whitespace-pre-wrap">
            {printed.map(({ text }) => text).join('')}
          </pre>
        ) : (
          <div className="flex flex-col gap-2 p-2">
            {failures.map(({ error }, index) => (
              <Failure key={index} error={error} />
            ))}
          </div>
        )}
      </Tabs.Content>
    </Tabs.Root>
  );
}

function Note({ children }: { readonly children: ReactNode }): ReactNode {
  return <p className="p-3 text-xs text-muted">{children}</p>;
}

function Output({ file, run, node, title }: NodeDetailProps): ReactNode {
  const ran = run.nodes.get(node);
  const isPinned = usePins(file).some((each) => each.node === node);
  const canPin = useDocument(({ current }) => {
    const place = current && placeOf(current, node);
    return place !== undefined && isPinnable(place.drawing, place.id);
  });
  if (ran === undefined) return null;
  const { value, isTruncated, text } = ran;
  if (value === undefined)
    return text === '' ? (
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

function Input({ run, node, title }: Omit<NodeDetailProps, 'file'>): ReactNode {
  const document = useDocument((state) => state.current);
  const input = useMemo(
    () => (document === undefined ? undefined : nodeInput(run, document, node)),
    [run, document, node],
  );
  if (input === undefined) return <Note>No value led into this node in this run.</Note>;
  return <JsonTree label={`Input of ${title}`} value={input.value} isTruncated={input.isTruncated} />;
}
