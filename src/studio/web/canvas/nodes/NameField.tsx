import type { ReactNode } from 'react';

import type { DrawnNode } from '../../../../core/workflow/edits/index.ts';
import { useCanvas } from '../canvasStore.ts';
import { focusCanvas } from '../focus.ts';
import { current } from '../gestures/current.ts';
import { nameNode } from '../gestures/naming.ts';
import { useWrittenInPlace } from '../useWrittenInPlace.ts';
import { textBehind } from '../../design/spelled.ts';
import { pageText } from '../../../../core/workflow/diagnostics/pageText.ts';

interface NameFieldProps {
  readonly node: DrawnNode;
  readonly what: 'name' | 'id';
}

/** Where a node's name is written, in its own place. Enter keeps it, Escape does not. */
export function NameField({ node, what }: NameFieldProps): ReactNode {
  const before = what === 'id' ? node.id : (node.label ?? node.id);
  const isThere = (): boolean => current()?.drawing.nodes.some(({ id }) => id === node.id) === true;
  const { field, end } = useWrittenInPlace<HTMLInputElement>(isThere, (keeps, text) => {
    const { editing } = useCanvas.getState();
    useCanvas.setState({ editing: undefined });
    if (keeps) nameNode(node, what, textBehind(before, text));
    if (editing?.in === 'canvas') focusCanvas();
  });
  return (
    <input
      ref={field}
      aria-label={what === 'id' ? `Id of ${node.id}` : `Name of ${node.id}`}
      defaultValue={pageText(before)}
      className="nodrag nopan -mx-1 h-5 w-full min-w-0 rounded border border-accent bg-surface px-1 text-sm font-semibold outline-none"
      spellCheck={false}
      onBlur={() => end(true)}
      onKeyDown={(event) => {
        // Keys of the page are not meant while a name is written.
        event.stopPropagation();
        if (event.key === 'Enter') end(true);
        if (event.key === 'Escape') end(false);
      }}
    />
  );
}
