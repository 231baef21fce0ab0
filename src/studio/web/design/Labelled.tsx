import type { ReactNode } from 'react';

interface LabelledProps {
  readonly title: string;
  readonly children: ReactNode;
}

/** A field of a form below its name. */
export function Labelled({ title, children }: LabelledProps): ReactNode {
  return (
    <label className="flex flex-col gap-1 text-xs">
      <span className="font-medium">{title}</span>
      {children}
    </label>
  );
}
