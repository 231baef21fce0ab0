import type { CSSProperties, KeyboardEvent, ReactNode } from 'react';

interface TabListProps<Name extends string> {
  /** The same as that of the panel. */
  readonly id: string;
  readonly label: string;
  readonly tabs: readonly { readonly name: Name; readonly title: ReactNode }[];
  readonly shown: Name | undefined;
  readonly onShow: (name: Name) => void;
  /** What the arrow keys come to is shown at once, not only with Enter. */
  readonly isEager?: boolean;
  readonly className: string;
  /** Of each tab. */
  readonly tabClassName: string;
}

/** Tabs as https://www.w3.org/WAI/ARIA/apg/patterns/tabs/ has them: one of them in the order of Tab, arrow keys between them. */
export function TabList<Name extends string>({
  id,
  label,
  tabs,
  shown,
  onShow,
  isEager = false,
  className,
  tabClassName,
}: TabListProps<Name>): ReactNode {
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    const items = [...event.currentTarget.querySelectorAll<HTMLElement>('[role="tab"]')];
    const at = items.findIndex((item) => item === document.activeElement);
    const places: Readonly<Record<string, number>> = {
      ArrowRight: (at + 1) % items.length,
      ArrowLeft: (at - 1 + items.length) % items.length,
      Home: 0,
      End: items.length - 1,
    };
    const next = places[event.key];
    if (next === undefined || at < 0 || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    items[next]?.focus();
    const name = tabs[next]?.name;
    if (isEager && name !== undefined) onShow(name);
  };
  return (
    <div role="tablist" aria-label={label} className={className} onKeyDown={onKeyDown}>
      {tabs.map(({ name, title }, index) => (
        <button
          key={name}
          type="button"
          role="tab"
          id={`${id}-${name}`}
          aria-selected={name === shown}
          aria-controls={name === shown ? id : undefined}
          tabIndex={name === shown || (shown === undefined && index === 0) ? 0 : -1}
          className={`border-b-2 border-transparent text-muted hover:text-ink aria-selected:border-accent aria-selected:text-ink ${tabClassName}`}
          onClick={() => onShow(name)}
        >
          {title}
        </button>
      ))}
    </div>
  );
}

interface TabPanelProps {
  readonly id: string;
  readonly shown: string;
  readonly className: string;
  readonly style?: CSSProperties;
  /** Left out of the order of Tab: what is in it has places of its own there. */
  readonly isSkipped?: boolean;
  readonly children: ReactNode;
}

/** What the tab that is shown has. */
export function TabPanel({ id, shown, className, style, isSkipped = false, children }: TabPanelProps): ReactNode {
  return (
    <div
      role="tabpanel"
      id={id}
      aria-labelledby={`${id}-${shown}`}
      tabIndex={isSkipped ? -1 : 0}
      className={className}
      style={style}
    >
      {children}
    </div>
  );
}
