import type { ReactNode } from 'react';

import { pageText } from '../../../core/workflow/diagnostics/pageText.ts';

/** A text with `code`, **bold** and *stressed* parts shown as such. */
export function MarkedText({ text }: { readonly text: string }): ReactNode {
  return pageText(text)
    .split(/(\*\*[^*]+\*\*|`[^`]+`|(?<![\w*])\*[^\s*](?:[^*]*[^\s*])?\*(?![\w*]))/)
    .map((part, index) => {
      if (/^\*\*.+\*\*$/.test(part)) return <strong key={index}>{part.slice(2, -2)}</strong>;
      if (/^\*[^*]+\*$/.test(part)) return <em key={index}>{part.slice(1, -1)}</em>;
      if (/^`.+`$/.test(part))
        return (
          <code key={index} className="rounded-sm bg-ink/6 px-0.5 font-mono text-[0.92em]">
            {part.slice(1, -1)}
          </code>
        );
      return part;
    });
}
