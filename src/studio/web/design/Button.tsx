import type { ButtonHTMLAttributes, ComponentType, ReactNode, Ref } from 'react';

import { Tooltip } from './Tooltip.tsx';

type Look = 'plain' | 'primary' | 'quiet' | 'danger';

const looks: Readonly<Record<Look, string>> = {
  plain: 'border-line-strong bg-raised text-ink hover:bg-sunken',
  primary: 'border-transparent bg-accent text-on-accent hover:brightness-110',
  quiet: 'border-transparent bg-transparent text-muted hover:bg-sunken hover:text-ink',
  danger: 'border-transparent bg-danger-soft text-danger hover:brightness-95',
};

type Icon = ComponentType<{ readonly size?: number; readonly 'aria-hidden'?: boolean }>;

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly look?: Look;
  readonly icon?: Icon;
  readonly ref?: Ref<HTMLButtonElement>;
}

/** A button with words. */
export function Button({ look = 'plain', icon: Icon, className = '', children, ...rest }: ButtonProps): ReactNode {
  return (
    <button
      type="button"
      className={`inline-flex h-8 shrink-0 items-center gap-1.5 rounded-control border px-2.5 text-xs font-medium whitespace-nowrap transition-colors disabled:opacity-50 ${looks[look]} ${className}`}
      {...rest}
    >
      {Icon !== undefined && <Icon size={14} aria-hidden />}
      {children}
    </button>
  );
}

interface IconButtonProps extends Omit<ButtonProps, 'icon' | 'children'> {
  readonly icon: Icon;
  /** What it does: its name for everyone who does not see the icon, and its tooltip. */
  readonly label: string;
  readonly keys?: string;
}

/** A button that shows an icon only. */
export function IconButton({
  icon: Icon,
  label,
  keys,
  look = 'quiet',
  className = '',
  ...rest
}: IconButtonProps): ReactNode {
  return (
    <Tooltip label={label} keys={keys}>
      <button
        type="button"
        aria-label={label}
        className={`inline-grid size-8 shrink-0 place-items-center rounded-control border transition-colors disabled:opacity-40 ${looks[look]} ${className}`}
        {...rest}
      >
        <Icon size={16} aria-hidden />
      </button>
    </Tooltip>
  );
}
