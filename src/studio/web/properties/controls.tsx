import { Info } from 'lucide-react';
import type { ComponentProps, ReactNode } from 'react';

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
