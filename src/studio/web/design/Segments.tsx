import { useId, type ReactNode } from 'react';

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
