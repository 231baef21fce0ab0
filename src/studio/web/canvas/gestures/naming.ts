import { renameNode, setLabel, type DrawnNode } from '../../../../core/workflow/edits/index.ts';
import { isNodeId } from '../../../../core/workflow/nodeId.ts';
import { carryPlace } from '../flowStore.ts';
import { useCanvas } from '../canvasStore.ts';
import { reveal } from '../viewport.ts';
import { useDocument } from '../../document/documentStore.ts';
import { edit } from './current.ts';

/** Begins to write a node's name or an item's text in its own place on the canvas. */
export function beginWriting(id: string, what: 'name' | 'id' | 'text'): void {
  // What is not seen, or is too small, is drawn without a field; what is typed next is meant for it.
  reveal(id, what !== 'text', 0);
  useCanvas.setState({ editing: { id, what, in: 'canvas' } });
}

/** Ends the writing when something else is selected: its field would open, and take the focus, when its item is seen again. */
export function followWriting(): () => void {
  return useDocument.subscribe(({ current }) => {
    const { editing } = useCanvas.getState();
    if (editing !== undefined && current?.selection.has(editing.id) !== true)
      useCanvas.setState({ editing: undefined });
  });
}

/**
 * Gives a node another name: the one that it shows. That is its id, which the expressions that read it follow, unless it has a label
 * or the name could be no id. A label that is emptied is removed.
 */
export function nameNode({ id, label }: DrawnNode, what: 'name' | 'id', text: string): void {
  const name = text.trim();
  if (what === 'name' && (label !== undefined || !isNodeId(name))) {
    if (name !== (label ?? id)) edit((file) => setLabel(file, id, name === '' ? undefined : name));
    return;
  }
  if (name === '' || name === id) return;
  edit((file) => {
    const renamed = renameNode(file, id, name);
    if (renamed.ok) carryPlace(id, name);
    return renamed;
  });
}
