import { Ban, Check, CircleAlert, ListTree, LoaderCircle, TriangleAlert } from 'lucide-react';
import { memo, useMemo, type KeyboardEvent, type ReactNode } from 'react';

import { describeNode, type DrawnNode } from '../../../core/workflow/edits/index.ts';
import { registry } from '../../../core/workflow/nodes/registry.ts';
import { EmptyState } from '../design/EmptyState.tsx';
import { useDocument } from '../document/documentStore.ts';
import { useCanvas } from './canvasStore.ts';
import { useItemFindings } from './findingsStore.ts';
import { goTo } from './gestures/selecting.ts';
import { NameField } from './nodes/NameField.tsx';
import { NodeTile } from './nodes/StepNode.tsx';
import { useNodeLook, type NodeLook } from './runLook.ts';
import { inOrder } from './walk.ts';

/** The workflow as a list in the order in which it runs: all that the canvas can do, without seeing it. */
export function Outline(): ReactNode {
  const drawing = useDocument((state) => state.current?.drawing);
  const order = useDocument(({ current }) =>
    current?.compiled?.text === current?.text ? current?.compiled?.order : undefined,
  );
  const nodes = useMemo(() => {
    if (drawing === undefined) return [];
    const byId = new Map(drawing.nodes.map((node) => [node.id, node]));
    const known = (order ?? []).filter((id) => byId.has(id));
    const ids = new Set([...known, ...inOrder(drawing)]);
    return [...ids].flatMap((id) => byId.get(id) ?? []);
  }, [drawing, order]);
  const targets = useMemo(() => {
    const found = new Map<string, string[]>();
    for (const { wire } of drawing?.edges ?? []) {
      const list = found.get(wire.source) ?? [];
      if (!list.includes(wire.target)) found.set(wire.source, [...list, wire.target]);
    }
    return found;
  }, [drawing]);
  if (nodes.length === 0)
    return (
      <EmptyState icon={ListTree} title="No nodes yet">
        Press N on the canvas, or take one from the list of nodes.
      </EmptyState>
    );
  return (
    <div
      role="tree"
      aria-label="Nodes in the order in which they run"
      aria-multiselectable
      data-canvas="outline"
      className="min-h-0 grow overflow-auto p-2"
      onKeyDown={onKeyDown}
    >
      {nodes.map((node, index) => (
        <Row key={node.id} node={node} isFirst={index === 0} leadsTo={(targets.get(node.id) ?? []).join(', ')} />
      ))}
    </div>
  );
}

/** Up and down, Home and End go from row to row, and select it. */
function onKeyDown(event: KeyboardEvent<HTMLElement>): void {
  if (event.target instanceof HTMLInputElement || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey)
    return;
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>('[role="treeitem"]')];
  const at = rows.findIndex((row) => row === document.activeElement);
  const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
  if (next === undefined) return;
  event.preventDefault();
  event.stopPropagation();
  const row = rows[Math.min(Math.max(next, 0), rows.length - 1)];
  row?.focus();
  const id = row?.dataset['id'];
  if (id !== undefined) goTo(id);
}

interface RowProps {
  readonly node: DrawnNode;
  readonly isFirst: boolean;
  /** The ids of the nodes that come after it. */
  readonly leadsTo: string;
}

const Row = memo(function Row({ node, isFirst, leadsTo }: RowProps): ReactNode {
  const isSelected = useDocument(({ current }) => current?.selection.has(node.id) ?? false);
  const hasSelection = useDocument(({ current }) => (current?.selection.size ?? 0) > 0);
  const isNaming = useCanvas(({ editing }) => editing?.id === node.id && editing.in === 'outline');
  const what = useCanvas(({ editing }) => (editing?.what === 'id' ? 'id' : 'name'));
  const findings = useItemFindings(node.id);
  const look = useNodeLook(node.id);
  const { title, subtitle } = describeNode(node);
  const type = node.known === undefined ? `unknown type ${node.type}` : registry[node.known].name;
  const isPale = node.disabled || look === 'passed' || look === 'left out';
  const worst = findings.find(({ severity }) => severity === 'error') ?? findings[0];
  return (
    <div
      role="treeitem"
      aria-selected={isSelected}
      tabIndex={isSelected || (isFirst && !hasSelection) ? 0 : -1}
      data-id={node.id}
      className={`outline-row flex items-center gap-2 rounded-control px-2 py-1 text-xs ${isSelected ? 'bg-accent-soft' : 'hover:bg-sunken'} ${isPale ? 'text-muted' : ''}`}
      onClick={(event) => {
        const { current, select } = useDocument.getState();
        if (!event.ctrlKey && !event.metaKey) goTo(node.id);
        else if (current !== undefined) {
          const selection = new Set(current.selection);
          if (!selection.delete(node.id)) selection.add(node.id);
          select(selection);
        }
      }}
    >
      <span className={isPale ? 'inline-flex opacity-50' : 'inline-flex'}>
        <NodeTile node={node} size="small" />
      </span>
      <span className="min-w-0 grow">
        {isNaming ? (
          <NameField node={node} what={what} />
        ) : (
          <span dir="auto" className="block truncate text-left font-medium">
            {title}
          </span>
        )}
        <span className="block truncate text-2xs text-muted">
          {leadsTo === '' ? (
            subtitle
          ) : (
            <>
              <span aria-hidden>→ </span>
              <span className="sr-only">leads to </span>
              {leadsTo}
            </>
          )}
        </span>
      </span>
      <span className="sr-only">
        {[type, node.disabled ? 'disabled' : '', stateWords[look], ...findings.map(({ message }) => message)]
          .filter(Boolean)
          .join(', ')}
      </span>
      <RowState look={look} />
      {worst !== undefined && (
        <span
          className={`flex items-center gap-0.5 ${worst.severity === 'error' ? 'text-danger' : 'text-warning'}`}
          title={worst.message}
        >
          {worst.severity === 'error' ? <CircleAlert size={14} aria-hidden /> : <TriangleAlert size={14} aria-hidden />}
          {findings.length > 1 && <span className="text-2xs">{findings.length}</span>}
        </span>
      )}
    </div>
  );
});

const stateWords: Readonly<Record<NodeLook, string>> = {
  none: '',
  waiting: 'waits',
  running: 'is running',
  done: 'done',
  failed: 'failed',
  cancelled: 'cancelled',
  passed: 'was not reached',
  'left out': 'was left out of this run',
};

function RowState({ look }: { readonly look: NodeLook }): ReactNode {
  if (look === 'running') return <LoaderCircle size={14} aria-hidden className="animate-spin text-accent" />;
  if (look === 'done') return <Check size={14} aria-hidden className="text-success" />;
  if (look === 'failed') return <CircleAlert size={14} aria-hidden className="text-danger" />;
  if (look === 'cancelled') return <Ban size={14} aria-hidden className="text-warning" />;
  return null;
}
