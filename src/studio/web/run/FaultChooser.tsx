import { Command } from 'cmdk';
import { Check, ChevronDown } from 'lucide-react';
import { useState, type ReactNode } from 'react';

import type { Fault } from '../../protocol/index.ts';
import { ranked } from '../design/ranked.ts';
import { useActiveItem } from '../design/useActiveItem.ts';
import { faultGroups, faultTitle } from './faults.ts';

interface FaultChooserProps {
  readonly faults: readonly Fault[];
  readonly chosen: string | undefined;
  readonly onChoose: (name: string | undefined) => void;
}

const item = 'flex cursor-default items-start gap-2 rounded-control px-2 py-1 data-[selected=true]:bg-accent-soft';

/** What goes wrong with the simulated providers: what happens most comes first, the rest by what it is about. */
export function FaultChooser({ faults, chosen, onChoose }: FaultChooserProps): ReactNode {
  const [isOpen, setIsOpen] = useState(false);
  const [typed, setTyped] = useState('');
  const input = useActiveItem(typed);
  const take = (name: string | undefined): void => {
    setIsOpen(false);
    setTyped('');
    if (name !== chosen) onChoose(name);
  };
  const about = faults.find(({ name }) => name === chosen)?.about;
  return (
    <div className="flex flex-col gap-1.5 border-t border-line pt-3">
      <button
        type="button"
        aria-expanded={isOpen}
        className="flex h-8 items-center gap-2 rounded-control border border-line-strong bg-surface px-2 text-left hover:bg-sunken"
        onClick={() => setIsOpen(!isOpen)}
      >
        <span className="font-medium">Fault</span>
        <span className={`grow truncate text-right ${chosen === undefined ? 'text-muted' : 'text-danger'}`}>
          {chosen === undefined ? 'None' : faultTitle(chosen)}
        </span>
        <ChevronDown size={14} aria-hidden className={isOpen ? 'rotate-180' : ''} />
      </button>
      {isOpen ? (
        <Command loop label="Faults" filter={ranked} className="rounded-control border border-line">
          <Command.Input
            ref={input}
            autoFocus
            value={typed}
            onValueChange={setTyped}
            placeholder={`Find one of ${faults.length}`}
            className="h-8 w-full border-b border-line bg-transparent px-2 text-xs outline-none placeholder:text-faint"
          />
          <Command.List className="max-h-64 overflow-auto p-1">
            <Command.Empty className="p-2 text-muted">No fault is called so.</Command.Empty>
            <Command.Item value="None" onSelect={() => take(undefined)} className={item}>
              <Mark isShown={chosen === undefined} />
              None
            </Command.Item>
            {faultGroups(faults).map(({ title, faults: own }) => (
              <Command.Group
                key={title}
                heading={title}
                className="[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-2xs [&_[cmdk-group-heading]]:font-semibold [&_[cmdk-group-heading]]:text-muted"
              >
                {own.map(({ name, about: words }) => (
                  <Command.Item
                    key={name}
                    value={`${faultTitle(name)} ${name} ${words}`}
                    onSelect={() => take(name)}
                    className={item}
                  >
                    <Mark isShown={name === chosen} />
                    <span className="min-w-0">
                      <span className="block">{faultTitle(name)}</span>
                      <span className="block text-2xs text-muted">{words}</span>
                    </span>
                  </Command.Item>
                ))}
              </Command.Group>
            ))}
          </Command.List>
        </Command>
      ) : (
        <p className="text-muted">
          {about ?? 'What callers of the service would get is seen before it happens to them.'}
        </p>
      )}
    </div>
  );
}

function Mark({ isShown }: { readonly isShown: boolean }): ReactNode {
  return <span className="w-3 shrink-0 pt-0.5 text-accent">{isShown && <Check size={12} aria-label="chosen" />}</span>;
}
