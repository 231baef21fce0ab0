import type { ReactNode } from 'react';

import { pageText } from '../../../core/workflow/diagnostics/pageText.ts';

/** A sentence in which what stands in backquotes is code. */
export function Prose({ text }: { readonly text: string }): ReactNode {
  return pageText(text)
    .split(/`([^`\n]+)`/)
    .map((part, index) => (index % 2 === 0 ? part : <code key={index}>{part}</code>));
}
