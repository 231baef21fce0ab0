import type { ReactNode } from 'react';

export interface CodeViewProps {
  readonly text: string;
  readonly language: 'python' | 'json' | 'text';
  readonly marked?: { readonly start: number; readonly end: number }[];
  readonly onLine?: (line: number) => void;
}

/** A text to be read. */
export function CodeView({ text }: CodeViewProps): ReactNode {
  return <pre className="overflow-auto p-3 font-mono text-xs">{text}</pre>;
}
