import { Command } from 'cmdk';
import { useState, type ReactNode } from 'react';

import { useDocument } from '../../document/documentStore.ts';
import { useCanvas, type QuickAdd as Opened } from '../canvasStore.ts';
import { focusCanvas } from '../focus.ts';
import { add } from '../gestures/adding.ts';
import { candidates } from './candidates.ts';
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
      empty={typed === '' ? 'Nothing can be connected here.' : 'No node of this name can stand here.'}
    >
      {candidates(drawing, ends, typed).map((type) => (
        <Command.Item key={type} value={type} className={pickerEntry} onSelect={() => add(type, ends, position)}>
          <TypeEntry type={type} />
        </Command.Item>
      ))}
    </Picker>
  );
}

function closeQuickAdd(): void {
  useCanvas.setState({ quickAdd: undefined });
  focusCanvas();
}
