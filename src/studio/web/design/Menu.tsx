import { ContextMenu, DropdownMenu } from 'radix-ui';
import type { ReactNode } from 'react';

import { useCommands } from '../commands/registry.ts';
import { Keys } from './Keys.tsx';

const panel = 'z-50 min-w-52 rounded-card border border-line bg-raised p-1 text-xs text-ink shadow-overlay';
const entry =
  'flex h-7 cursor-default items-center gap-2 rounded-control px-2 outline-none data-[disabled]:text-faint data-[highlighted]:bg-accent-soft';

/** The id of a command, something of this menu's own, or a line between groups. */
export type MenuEntry =
  | string
  | {
      readonly title: string;
      readonly onSelect: () => void;
      readonly isChecked?: boolean;
      readonly why?: string | undefined;
    }
  | undefined;

type Kind = typeof DropdownMenu | typeof ContextMenu;

function Entries({ kind: Kind, entries }: { readonly kind: Kind; readonly entries: readonly MenuEntry[] }): ReactNode {
  const commands = useCommands((state) => state.commands);
  return entries.map((given, index) => {
    if (given === undefined) return <Kind.Separator key={index} className="my-1 h-px bg-line" />;
    if (typeof given !== 'string')
      return (
        <Kind.Item key={given.title} className={entry} disabled={given.why !== undefined} onSelect={given.onSelect}>
          <span className="grow">{given.title}</span>
          {given.why !== undefined && <span className="max-w-48 truncate text-2xs">{given.why}</span>}
          {given.isChecked === true && <span aria-label="chosen">✓</span>}
        </Kind.Item>
      );
    const command = commands.get(given);
    if (command === undefined) return null;
    const why = command.unavailable?.();
    return (
      <Kind.Item
        key={given}
        className={entry}
        disabled={why !== undefined}
        title={why}
        onSelect={() => void command.run()}
      >
        {command.icon !== undefined && <command.icon size={14} />}
        <span className="grow">{command.title}</span>
        {command.keys?.[0] !== undefined && <Keys keys={command.keys[0]} />}
      </Kind.Item>
    );
  });
}

interface MenuProps {
  readonly entries: readonly MenuEntry[];
  /** What opens it. */
  readonly children: ReactNode;
}

/** A menu under a button. */
export function Menu({ entries, children }: MenuProps): ReactNode {
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger asChild>{children}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className={panel} sideOffset={4} align="start" collisionPadding={8}>
          <Entries kind={DropdownMenu} entries={entries} />
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

/** A menu where the secondary button is pressed. */
export function AreaMenu({ entries, children }: MenuProps): ReactNode {
  return (
    <ContextMenu.Root>
      <ContextMenu.Trigger asChild>{children}</ContextMenu.Trigger>
      <ContextMenu.Portal>
        <ContextMenu.Content className={panel} collisionPadding={8}>
          <Entries kind={ContextMenu} entries={entries} />
        </ContextMenu.Content>
      </ContextMenu.Portal>
    </ContextMenu.Root>
  );
}
