import { Suspense, type ReactNode } from 'react';

import { pageText } from '../../../core/workflow/diagnostics/pageText.ts';
import type { CodeViewProps } from './CodeTextView.tsx';
import { later } from '../design/later.ts';

export type { CodeViewProps } from './CodeTextView.tsx';

const Loaded = later(async () => (await import('./CodeTextView.tsx')).CodeTextView);

/** Code to be read, with lines marked; loaded when it is first needed. */
export function CodeView(props: CodeViewProps): ReactNode {
  return (
    <Suspense fallback={<pre className="h-full overflow-auto p-2 font-mono text-xs">{pageText(props.text)}</pre>}>
      <Loaded {...props} />
    </Suspense>
  );
}
