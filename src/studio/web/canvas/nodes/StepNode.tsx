import type { NodeProps } from '@xyflow/react';
import { CircleQuestionMark, Pin } from 'lucide-react';
import { memo, Suspense, useMemo, type ReactNode } from 'react';
import { nodeIcons } from 'virtual:node-icons';

import { describeNode, type DrawnNode } from '../../../../core/workflow/edits/index.ts';
import { registry } from '../../../../core/workflow/nodes/registry.ts';
import { useDocument } from '../../document/documentStore.ts';
import { later } from '../../design/later.ts';
import { useRunOn, useRuns } from '../../run/runStore.ts';
import { useCanvas } from '../canvasStore.ts';
import { useSeverity } from '../findingsStore.ts';
import type { StepNode as FlowStepNode } from '../flowModel.ts';
import { useNodeLook } from '../runLook.ts';
import { FindingMark } from './FindingMark.tsx';
import { NameField } from './NameField.tsx';
import { NodeHandles } from './NodeHandles.tsx';

/** A node on the canvas. */
export const StepNode = memo(function StepNode({ id, data, selected }: NodeProps<FlowStepNode>): ReactNode {
  const { node, shape, wired } = data;
  const detail = useCanvas((state) => state.detail);
  const look = useNodeLook(id);
  const severity = useSeverity(id);
  const isFound = useCanvas((state) => state.found?.has(id) ?? false);
  const reading = useCanvas((state) =>
    state.reading === undefined
      ? undefined
      : state.reading.reads.has(id)
        ? 'read'
        : state.reading.readers.has(id)
          ? 'reader'
          : selected
            ? undefined
            : 'other',
  );
  const outputs = useMemo(() => new Set(JSON.parse(wired) as readonly string[]), [wired]);
  const marks = {
    'data-look': look,
    'data-selected': selected || undefined,
    'data-disabled': node.disabled || undefined,
    'data-unknown': node.known === undefined || undefined,
    'data-found': isFound || undefined,
    'data-reading': reading,
    'data-severity': severity,
  };
  if (detail === 'boxes') return <div className={`step-box ${colorOf(node)}`} {...marks} />;
  if (detail === 'less')
    return (
      <div className="step flex items-center gap-3 px-4" {...marks}>
        <NodeTile node={node} />
        <span dir="auto" className="step-far-name">
          {breakable(describeNode(node).title)}
        </span>
      </div>
    );
  return (
    <div className="step" {...marks}>
      <div className="flex h-14 items-center gap-2.5 px-3">
        <NodeTile node={node} />
        <Texts node={node} />
      </div>
      <NodeHandles node={id} shape={shape} wired={outputs} />
      <FindingMark id={id} />
      <PinMark id={id} />
      {look === 'left out' ? <p className="run-strip">left out of this run</p> : <RunOfNode node={id} />}
    </div>
  );
});

/** A name that may go on in the next line behind its underscores and hyphens. */
function breakable(name: string): string {
  return name.replaceAll(/[_-]+/g, '$&\u200b');
}

function colorOf({ known }: DrawnNode): string {
  return known === undefined ? 'bg-danger' : registry[known].color;
}

/** The icon of a node's type on its colour. */
export function NodeTile({
  node,
  size = 'large',
}: {
  readonly node: DrawnNode;
  readonly size?: 'small' | 'large';
}): ReactNode {
  const Icon = (node.known === undefined ? undefined : nodeIcons[registry[node.known].icon]) ?? CircleQuestionMark;
  return (
    <span className={`node-tile ${size === 'large' ? 'size-8' : 'size-5'} ${colorOf(node)}`}>
      <Icon size={size === 'large' ? 18 : 12} aria-hidden />
    </span>
  );
}

function Texts({ node }: { readonly node: DrawnNode }): ReactNode {
  const editing = useCanvas(({ editing: field }) =>
    field?.id === node.id && field.in === 'canvas' && field.what !== 'text' ? field.what : undefined,
  );
  const { title, subtitle } = describeNode(node);
  return (
    <span className="flex min-w-0 grow flex-col">
      {editing !== undefined ? (
        <NameField node={node} what={editing} />
      ) : (
        <span dir="auto" className="truncate text-left text-sm font-semibold" title={title}>
          {title}
        </span>
      )}
      <span dir="auto" className="truncate text-left text-2xs text-muted" title={subtitle}>
        {node.known === undefined ? <span className="text-danger">{`unknown type ${node.type}`}</span> : subtitle}
      </span>
    </span>
  );
}

function PinMark({ id }: { readonly id: string }): ReactNode {
  const file = useDocument((state) => state.current?.file);
  const isPinned = useRuns(({ pins }) => pins.get(file ?? '')?.some(({ node }) => node === id) ?? false);
  if (!isPinned) return null;
  return (
    <span className="pin-mark" title="Its output is pinned: runs use it instead of running this node">
      <Pin size={11} aria-label="pinned" />
    </span>
  );
}

const RunStrip = later(async () => (await import('./RunStrip.tsx')).RunStrip);

/** What the shown run did at the node; loaded with the first run. */
function RunOfNode({ node }: { readonly node: string }): ReactNode {
  const isThere = useRunOn((run) => run.nodes.has(node)) === true;
  return <Suspense fallback={null}>{isThere && <RunStrip node={node} />}</Suspense>;
}
