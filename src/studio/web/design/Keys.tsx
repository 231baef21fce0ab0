import type { ReactNode } from 'react';

import { keyCaps } from '../commands/keys.ts';

/** Keys as caps. */
export function Keys({ keys }: { readonly keys: string }): ReactNode {
  return (
    <span className="inline-flex shrink-0 gap-0.5">
      {keyCaps(keys).map((cap) => (
        <kbd
          key={cap}
          className="min-w-4 rounded border border-line bg-sunken px-1 text-center font-sans text-2xs leading-4 text-muted"
        >
          {cap}
        </kbd>
      ))}
    </span>
  );
}
