import { Command } from 'cmdk';
import { useState, type ReactNode } from 'react';

import { firstConfig, type Drawing } from '../../../../core/workflow/edits/index.ts';
import type { NodeDefinition } from '../../../../core/workflow/index.ts';
import { registry } from '../../../../core/workflow/nodes/registry.ts';
import type { NodeType } from '../../../../core/workflow/types.ts';
import { useDocument } from '../../document/documentStore.ts';
import { modelOfNewNodes } from '../../properties/newNodeModels.ts';
import { useCanvas, type QuickAdd as Opened } from '../canvasStore.ts';
import { focusCanvas } from '../focus.ts';
import { add } from '../gestures/adding.ts';
import { candidates, whyNothing, type Ends } from './candidates.ts';
import { Picker, pickerEntry } from './Picker.tsx';
import { TypeEntry } from './TypeEntry.tsx';

/** The search for a node to add, at the pointer; only what can stand there. */
export function QuickAdd({ opened }: { readonly opened: Opened }): ReactNode {
  const { at, ends, position } = opened;
  const drawing = useDocument((state) => state.current?.drawing);
  const [typed, setTyped] = useState('');
  if (drawing === undefined) return null;
  const hasEnds = ends.from !== undefined || ends.to !== undefined || ends.onEdge !== undefined;
  return (
    <Picker
      label="Add a node"
      placeholder={hasEnds ? 'What comes here?' : 'Search nodes'}
      at={at}
      typed={typed}
      onTyped={setTyped}
      onClose={closeQuickAdd}
      empty={
        typed === ''
          ? (whyNothing(drawing, ends) ?? 'Nothing can be connected here.')
          : 'No node of this name can stand here.'
      }
    >
      {candidates(drawing, ends, typed).map((type) => (
        <Command.Item key={type} value={type} className={pickerEntry} onSelect={() => add(type, ends, position)}>
          <TypeEntry type={type} begins={begins(drawing, type, ends)} />
        </Command.Item>
      ))}
    </Picker>
  );
}

/** What a node of a type is set to at first, in a line: it goes by what stands before it. */
function begins(drawing: Drawing, type: NodeType, ends: Ends): string | undefined {
  const split = drawing.edges.find(({ index }) => index === ends.onEdge)?.wire;
  const usual = firstConfig(drawing, type, ends.from ?? split);
  const model = modelOfNewNodes(type);
  const config = model === undefined ? usual : { ...usual, model };
  const definition: NodeDefinition = registry[type];
  return definition.summary?.(config)?.replaceAll(/\s+/g, ' ');
}

function closeQuickAdd(): void {
  useCanvas.setState({ quickAdd: undefined });
  focusCanvas();
}
