import type { ReactNode } from 'react';

import { useDocument } from '../document/documentStore.ts';
import { EdgePanel } from './EdgePanel.tsx';
import { NodePanel } from './NodePanel.tsx';
import { NotePanel } from './NotePanel.tsx';
import { SelectionPanel } from './SelectionPanel.tsx';
import { WorkflowPanel } from './WorkflowPanel.tsx';

/** The form of what is selected: a node, an edge, a note, several things; of the workflow where nothing is. */
export function SelectedPanel(): ReactNode {
  const selection = useDocument((state) => state.current?.selection);
  const edge = useDocument((state) => state.current?.selectedEdge);
  const only = selection?.size === 1 ? [...selection][0] : undefined;
  const isNote = useDocument(({ current }) => current?.drawing.notes.some(({ id }) => id === only) ?? false);
  if (selection === undefined) return null;
  if (selection.size > 1) return <SelectionPanel />;
  if (only !== undefined) return isNote ? <NotePanel key={only} id={only} /> : <NodePanel key={only} id={only} />;
  return edge === undefined ? <WorkflowPanel /> : <EdgePanel key={edge} index={edge} />;
}
