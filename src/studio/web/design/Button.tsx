import { useState, type ButtonHTMLAttributes, type ComponentType, type ReactNode, type Ref } from 'react';

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

/**
 * What a button is given so that one that cannot be pressed just now, such as while the server works on what it asked for, keeps
 * the focus that it has.
 */
function usePress({
  disabled = false,
  onClick,
  onFocus,
  onBlur,
}: ButtonProps): ButtonHTMLAttributes<HTMLButtonElement> {
  const [isFocused, setFocused] = useState(false);
  return {
    disabled: disabled && !isFocused,
    'aria-disabled': (disabled && isFocused) || undefined,
    onClick: disabled ? undefined : onClick,
    onFocus: (event) => {
      setFocused(true);
      onFocus?.(event);
    },
    onBlur: (event) => {
      setFocused(false);
      onBlur?.(event);
    },
  };
}

/** A button with words. */
export function Button(props: ButtonProps): ReactNode {
  const { look = 'plain', icon: Icon, className = '', children, ...rest } = props;
  const press = usePress(props);
  return (
    <button
      type="button"
      className={`inline-flex h-8 shrink-0 items-center gap-1.5 rounded-control border px-2.5 text-xs font-medium whitespace-nowrap transition-colors disabled:opacity-50 aria-disabled:opacity-50 ${looks[look]} ${className}`}
      {...rest}
      {...press}
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
export function IconButton(props: IconButtonProps): ReactNode {
  const { icon: Icon, label, keys, look = 'quiet', className = '', ...rest } = props;
  const press = usePress(props);
  return (
    <Tooltip label={label} keys={keys}>
      <button
        type="button"
        aria-label={label}
        className={`inline-grid size-8 shrink-0 place-items-center rounded-control border transition-colors disabled:opacity-40 aria-disabled:opacity-40 ${looks[look]} ${className}`}
        {...rest}
        {...press}
      >
        <Icon size={16} aria-hidden />
      </button>
    </Tooltip>
  );
}
