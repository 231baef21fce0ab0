import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';

export interface StatusSignProps {
  readonly icon: LucideIcon;
  readonly look: string;
  readonly word: string;
}

/** How it stands with something, as a sign; with its word for those who do not see it. */
export function StatusSign({ icon: Icon, look, word }: StatusSignProps): ReactNode {
  return (
    <span className={`inline-grid shrink-0 place-items-center ${look}`}>
      <Icon size={14} aria-hidden />
      <span className="sr-only">{word}</span>
    </span>
  );
}
