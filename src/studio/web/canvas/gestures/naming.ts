import { renameNode, setLabel, type DrawnNode } from '../../../../core/workflow/edits/index.ts';
import { isNodeId } from '../../../../core/workflow/nodeId.ts';
import { carryPlace } from '../flowStore.ts';
import { edit } from './current.ts';

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
  carryPlace(id, name);
  edit((file) => renameNode(file, id, name));
}
