import { useState, type ReactNode } from 'react';

import { Dialog } from '../design/Dialog.tsx';
import { Keys } from '../design/Keys.tsx';
import type { Command } from './command.ts';
import { useCommands } from './registry.ts';

const groups: readonly Command['group'][] = ['Add', 'Edit', 'View', 'Run', 'File', 'Help'];

/** What is done by hand, which no command says. */
const byHand: readonly { readonly title: string; readonly how: string }[] = [
  { title: 'Add a node', how: 'Double click on the canvas, or drag one from the list' },
  { title: 'Add a node, connected', how: 'Drag a wire and let it go over nothing' },
  { title: 'Add a node between two', how: 'The + in the middle of their edge' },
  { title: 'Put nodes in line', how: 'Drag them near a line; Alt lets them go where they are dragged' },
  { title: 'Select', how: 'Drag on the empty canvas; Ctrl+click adds one more' },
  { title: 'Move the canvas', how: 'Wheel, middle button, or space and drag' },
  { title: 'Zoom', how: 'Ctrl and wheel, or pinch' },
  { title: 'Lead a wire elsewhere', how: 'Drag its end' },
  { title: 'Put a row or a field elsewhere', how: 'Drag its dots, or use the arrow keys on them' },
  { title: 'Leave the canvas', how: 'Shift+Tab; Tab alone adds a node there, and F6 comes back' },
  { title: 'Who reads whom', how: 'Hold Alt while a node is selected' },
];

/** All keys, and what is done by hand, to be searched. */
export function KeySheetDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const [typed, setTyped] = useState('');
  const commands = useCommands((state) => state.commands);
  const words = typed.trim().toLowerCase();
  const shown = [...commands.values()].filter(
    ({ keys, title }) => keys !== undefined && `${title} ${keys.join(' ')}`.toLowerCase().includes(words),
  );
  const gestures = byHand.filter(({ title, how }) => `${title} ${how}`.toLowerCase().includes(words));
  return (
    <Dialog title="All keys" isOpen onClose={onClose} size="large">
      <input
        type="search"
        autoFocus
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        placeholder="Search keys"
        aria-label="Search keys"
        className="mb-4 h-9 w-full rounded-control border border-line-strong bg-raised px-3 text-sm placeholder:text-faint"
      />
      <div className="columns-1 gap-8 md:columns-2 lg:columns-3">
        {groups.map((group) => {
          const own = shown.filter((command) => command.group === group);
          return own.length === 0 ? null : (
            <section key={group} className="mb-5 break-inside-avoid-column">
              <h3 className="mb-1 text-xs font-semibold text-muted">{group}</h3>
              {own.map(({ id, title, keys = [] }) => (
                <div
                  key={id}
                  className="flex min-h-7 break-inside-avoid items-center gap-3 border-b border-line py-0.5 text-xs"
                >
                  <span className="grow">{title}</span>
                  <span className="flex shrink-0 items-center gap-1.5">
                    {keys.map((each) => (
                      <Keys key={each} keys={each} />
                    ))}
                  </span>
                </div>
              ))}
            </section>
          );
        })}
        {gestures.length > 0 && (
          <section className="mb-5 break-inside-avoid-column">
            <h3 className="mb-1 text-xs font-semibold text-muted">By hand</h3>
            {gestures.map(({ title, how }) => (
              <div key={title} className="break-inside-avoid border-b border-line py-1 text-xs">
                <span className="font-medium">{title}</span>
                <span className="block text-2xs text-muted">{how}</span>
              </div>
            ))}
          </section>
        )}
      </div>
      {shown.length === 0 && gestures.length === 0 && <p className="text-sm text-muted">No key does that.</p>}
    </Dialog>
  );
}
