import type { ReactNode } from 'react';

import { pageText } from '../../../core/workflow/diagnostics/pageText.ts';
import { useCommands } from '../commands/registry.ts';
import { Button } from '../design/Button.tsx';
import { useDocument } from '../document/documentStore.ts';
import { PanelFrame } from './PanelFrame.tsx';

/** What is done with several things at once; those that the page has commands for. */
const commandIds = ['disable', 'group', 'tidy-up', 'duplicate', 'copy', 'delete'];

/** Several things that are selected, and what can be done with all of them. */
export function SelectionPanel(): ReactNode {
  const current = useDocument((state) => state.current);
  const commands = useCommands((state) => state.commands);
  const select = useDocument((state) => state.select);
  if (current === undefined) return null;
  const { selection, drawing } = current;
  const nodes = drawing.nodes.filter(({ id }) => selection.has(id));
  const notes = drawing.notes.filter(({ id }) => selection.has(id));
  const counts = [counted(nodes.length, 'node'), counted(notes.length, 'note')].filter((each) => each !== '');
  return (
    <PanelFrame header={<h2 className="text-sm font-semibold">{counts.join(' and ')}</h2>}>
      <div className="flex flex-wrap gap-2">
        {commandIds.flatMap((id) => {
          const command = commands.get(id);
          if (command === undefined) return [];
          const why = command.unavailable?.();
          return [
            <Button
              key={id}
              {...(command.icon !== undefined && { icon: command.icon })}
              look={id === 'delete' ? 'danger' : 'plain'}
              disabled={why !== undefined}
              title={why}
              onClick={() => void command.run()}
            >
              {command.title}
            </Button>,
          ];
        })}
      </div>
      <ul className="flex flex-col">
        {[...nodes, ...notes].map((item) => (
          <li key={item.id}>
            <Button look="quiet" className="w-full justify-start" onClick={() => select([item.id])}>
              <span className="truncate">
                {pageText(('text' in item ? item.text.split('\n')[0] : (item.label ?? item.id)) ?? '')}
              </span>
            </Button>
          </li>
        ))}
      </ul>
    </PanelFrame>
  );
}

function counted(count: number, noun: string): string {
  return count === 0 ? '' : `${count} ${noun}${count === 1 ? '' : 's'}`;
}
