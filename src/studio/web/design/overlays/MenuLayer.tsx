import { DropdownMenu } from 'radix-ui';
import { useEffect, useRef, type ReactNode } from 'react';

import { useCommands } from '../../commands/registry.ts';
import { Keys } from '../Keys.tsx';
import type { MenuEntry } from '../Menu.tsx';
import { useOverlays } from './overlayStore.ts';

const entryLook =
  'flex h-7 cursor-default items-center gap-2 rounded-control px-2 outline-none data-[disabled]:text-faint data-[highlighted]:bg-accent-soft';

/** The menu that is open, if one is. It hears keys also while it is closed: one that is opened by a key begins at its first entry. */
export function MenuLayer(): ReactNode {
  const menu = useOverlays((state) => state.menu);
  const opener = useRef<HTMLElement>(undefined);
  useEffect(() => {
    if (menu !== undefined) opener.current = menu.opener;
  }, [menu]);
  const { x = 0, y = 0, width = 0, height = 0 } = menu?.at ?? {};
  const isAtPoint = width === 0;
  return (
    <DropdownMenu.Root
      modal={false}
      open={menu !== undefined}
      onOpenChange={(isOpen) => isOpen || useOverlays.setState({ menu: undefined })}
    >
      <DropdownMenu.Trigger asChild>
        <span
          aria-hidden
          tabIndex={-1}
          className="pointer-events-none fixed"
          style={{ left: x, top: y, width, height }}
        />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          aria-labelledby={undefined}
          aria-label={menu?.label}
          className="z-50 max-h-(--radix-dropdown-menu-content-available-height) min-w-52 overflow-auto rounded-card border border-line bg-raised p-1 text-xs text-ink shadow-overlay"
          side={isAtPoint ? 'right' : 'bottom'}
          sideOffset={isAtPoint ? 0 : 4}
          align="start"
          collisionPadding={8}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            if (document.activeElement === document.body) opener.current?.focus();
          }}
        >
          {menu?.entries.map((entry, index) => (
            <Entry key={index} entry={entry} />
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

function Entry({ entry }: { readonly entry: MenuEntry }): ReactNode {
  const command = useCommands(({ commands }) => (typeof entry === 'string' ? commands.get(entry) : undefined));
  if (entry === undefined) return <DropdownMenu.Separator className="my-1 h-px bg-line" />;
  if (typeof entry !== 'string')
    return (
      <DropdownMenu.Item className={entryLook} disabled={entry.why !== undefined} onSelect={entry.onSelect}>
        <span className="grow">{entry.title}</span>
        {entry.why !== undefined && <span className="max-w-48 truncate text-2xs">{entry.why}</span>}
        {entry.isChecked === true && <span aria-label="chosen">✓</span>}
      </DropdownMenu.Item>
    );
  if (command === undefined) return null;
  const why = command.unavailable?.();
  return (
    <DropdownMenu.Item
      className={entryLook}
      disabled={why !== undefined}
      title={why}
      onSelect={() => void command.run()}
    >
      {command.icon !== undefined && <command.icon size={14} />}
      <span className="grow">{command.title}</span>
      {command.keys?.[0] !== undefined && <Keys keys={command.keys[0]} />}
    </DropdownMenu.Item>
  );
}
