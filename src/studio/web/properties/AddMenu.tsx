import { Command } from 'cmdk';
import { Popover } from 'radix-ui';
import { useState, type ComponentType, type ReactNode } from 'react';

import { Button } from '../design/Button.tsx';
import { ranked } from '../design/ranked.ts';
import type { FieldGroup, NamedField } from './model/layout.ts';

interface AddMenuProps {
  readonly icon: ComponentType<{ readonly size?: number; readonly 'aria-hidden'?: boolean }>;
  readonly title: string;
  readonly groups: readonly FieldGroup[];
  readonly onAdd: (field: NamedField) => void;
  /** Only its icon is shown. */
  readonly isSmall?: boolean;
}

/** What else can be set, with what it means; found by typing. */
export function AddMenu({ icon: Icon, title, groups, onAdd, isSmall = false }: AddMenuProps): ReactNode {
  const [isOpen, setIsOpen] = useState(false);
  const count = groups.reduce((sum, { fields }) => sum + fields.length, 0);
  return (
    <Popover.Root open={isOpen} onOpenChange={setIsOpen}>
      <Popover.Trigger asChild>
        {isSmall ? (
          <button
            type="button"
            aria-label={title}
            title={title}
            className="absolute top-2 right-10 grid size-7 place-items-center rounded-control text-muted hover:bg-sunken hover:text-ink"
          >
            <Icon size={16} aria-hidden />
          </button>
        ) : (
          <Button icon={Icon} look="quiet" className="self-start">
            {title}
          </Button>
        )}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          side="bottom"
          align="start"
          sideOffset={4}
          collisionPadding={8}
          aria-label={title}
          // The field that was added takes the focus.
          onCloseAutoFocus={(event) => event.preventDefault()}
          className="z-50 w-80 max-w-[calc(100vw-1rem)] rounded-card border border-line bg-raised shadow-overlay"
        >
          <Command loop label={title} filter={ranked}>
            {count > 5 && (
              <Command.Input
                autoFocus
                placeholder="Find a field"
                className="h-9 w-full border-b border-line bg-transparent px-3 text-sm outline-none placeholder:text-faint"
              />
            )}
            <Command.List className="max-h-[min(24rem,var(--radix-popover-content-available-height))] overflow-auto p-1">
              <Command.Empty className="p-3 text-xs text-muted">No field is called so.</Command.Empty>
              {groups.map(({ title: group, fields }) => (
                <Command.Group
                  key={group ?? ''}
                  heading={group}
                  className="[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-2xs [&_[cmdk-group-heading]]:font-semibold [&_[cmdk-group-heading]]:text-muted"
                >
                  {fields.map((named) => (
                    <Command.Item
                      key={named.key}
                      value={`${named.title} ${named.key} ${named.field.description ?? ''}`}
                      onSelect={() => {
                        setIsOpen(false);
                        onAdd(named);
                      }}
                      className="flex cursor-default flex-col rounded-control px-2 py-1 data-[selected=true]:bg-accent-soft"
                    >
                      <span className="text-xs font-medium">{named.title}</span>
                      <span className="text-2xs text-muted">{named.field.description}</span>
                    </Command.Item>
                  ))}
                </Command.Group>
              ))}
            </Command.List>
          </Command>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
