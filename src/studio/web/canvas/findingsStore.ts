import { create } from 'zustand';

import type { Diagnostic } from '../../../core/workflow/index.ts';
import { useDocument } from '../document/documentStore.ts';
import { findingsOf, noFindings, type Findings } from './findings.ts';

/** Findings by what they are about; those of the last text that was compiled. */
const useFindings = create<Findings>()(() => noFindings);

/** Sorts findings whenever a text was compiled, until the function that it gives is called. */
export function followFindings(): () => void {
  let last: unknown;
  const follow = (): void => {
    const { current } = useDocument.getState();
    const compiled = current?.compiled;
    if (compiled === last && compiled !== undefined) return;
    // Findings of an older text name places of an older drawing; the next ones are on their way.
    if (current !== undefined && compiled !== undefined && compiled.text !== current.text) return;
    last = compiled;
    useFindings.setState(
      current === undefined || compiled === undefined ? noFindings : findingsOf(compiled.diagnostics, current.drawing),
    );
  };
  follow();
  return useDocument.subscribe(follow);
}

const none: readonly Diagnostic[] = [];

export function useItemFindings(id: string): readonly Diagnostic[] {
  return useFindings(({ items }) => items.get(id) ?? none);
}

/** How grave what is found at an item is. */
export function useSeverity(id: string): Diagnostic['severity'] | undefined {
  return useFindings(({ items }) => severityOf(items.get(id)));
}

export function useEdgeSeverity(key: string): Diagnostic['severity'] | undefined {
  return useFindings(({ edges }) => severityOf(edges.get(key)));
}

function severityOf(found: readonly Diagnostic[] | undefined): Diagnostic['severity'] | undefined {
  if (found === undefined || found.length === 0) return undefined;
  return found.some(({ severity }) => severity === 'error') ? 'error' : 'warning';
}
