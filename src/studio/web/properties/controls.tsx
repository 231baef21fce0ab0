import { Info } from 'lucide-react';
import { useId, type ComponentProps, type ReactNode } from 'react';

import { Tooltip } from '../design/Tooltip.tsx';

export const inputLook =
  'h-8 w-full min-w-0 rounded-control border border-line-strong bg-surface px-2 text-sm text-ink placeholder:text-faint focus:border-accent focus:outline focus:outline-1 focus:outline-accent aria-invalid:border-danger';

export function Select({ className = '', ...rest }: ComponentProps<'select'>): ReactNode {
  return <select className={`${inputLook} cursor-pointer pr-1 ${className}`} {...rest} />;
}

/** Says what a field means while the pointer rests on it or it has the focus. */
export function About({ text }: { readonly text: string }): ReactNode {
  return (
    <Tooltip label={text} side="left">
      <button
        type="button"
        aria-label={text}
        className="inline-grid size-5 shrink-0 place-items-center rounded text-faint hover:text-ink"
      >
        <Info size={13} aria-hidden />
      </button>
    </Tooltip>
  );
}

interface SegmentsProps {
  readonly label: string;
  readonly options: readonly { readonly value: string; readonly title: string }[];
  /** Undefined: none is chosen. */
  readonly value: string | undefined;
  readonly onChange: (value: string) => void;
  readonly describedBy?: string | undefined;
  readonly isSmall?: boolean;
}

/** A few things of which one is chosen, side by side. */
export function Segments({ label, options, value, onChange, describedBy, isSmall = false }: SegmentsProps): ReactNode {
  const name = useId();
  return (
    <div
      role="radiogroup"
      aria-label={label}
      aria-describedby={describedBy}
      className={`inline-flex max-w-full flex-wrap gap-0.5 self-start rounded-control border border-line bg-sunken p-0.5 ${isSmall ? 'text-2xs' : 'text-xs'}`}
    >
      {options.map((option) => (
        <label
          key={option.value}
          className={`cursor-pointer rounded px-2 text-muted has-checked:bg-raised has-checked:font-medium has-checked:text-ink has-checked:shadow-raised has-focus-visible:outline-2 has-focus-visible:outline-accent ${isSmall ? 'py-0.5' : 'py-1'}`}
        >
          <input
            type="radio"
            name={name}
            className="sr-only"
            checked={option.value === value}
            onChange={() => onChange(option.value)}
          />
          {option.title}
        </label>
      ))}
    </div>
  );
}

interface SwitchProps {
  readonly label: string;
  readonly isOn: boolean;
  readonly onChange: (isOn: boolean) => void;
  readonly describedBy?: string | undefined;
  readonly children?: ReactNode;
}

/** On or off. */
export function Switch({ label, isOn, onChange, describedBy, children }: SwitchProps): ReactNode {
  return (
    <button
      type="button"
      role="switch"
      aria-checked={isOn}
      aria-label={label}
      aria-describedby={describedBy}
      className="inline-flex items-center gap-2 self-start rounded-control text-xs"
      onClick={() => onChange(!isOn)}
    >
      <span
        className={`flex h-4.5 w-8 items-center rounded-full border px-0.5 transition-colors ${isOn ? 'border-accent bg-accent' : 'border-line-strong bg-sunken'}`}
      >
        <span
          className={`size-3 rounded-full transition-transform ${isOn ? 'translate-x-3.5 bg-on-accent' : 'bg-faint'}`}
        />
      </span>
      {children}
    </button>
  );
}
