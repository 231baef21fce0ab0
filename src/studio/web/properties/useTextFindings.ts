import { useMemo, useRef } from 'react';

import { applyFix } from '../document/applyFix.ts';
import { spanInString } from '../../../core/workflow/language/index.ts';
import type { JsonPath } from '../../../core/workflow/index.ts';
import { useDocument } from '../document/documentStore.ts';
import type { TextFinding } from '../editors/finding.ts';
import { useFieldFindings } from './formContext.ts';

/** What was found in a text, at its places there; undefined while the text is newer than what was found. */
export function useTextFindings(path: JsonPath): readonly TextFinding[] | undefined {
  const findings = useFieldFindings(path);
  const isCurrent = useDocument(({ current }) => current !== undefined && current.compiled?.text === current.text);
  const last = useRef<readonly TextFinding[]>(undefined);
  return useMemo(() => {
    const text = useDocument.getState().current?.compiled?.text;
    if (!isCurrent || text === undefined) return undefined;
    const found = findings.flatMap(({ range, severity, message, fixes = [] }): readonly TextFinding[] => {
      const span = spanInString(text, range);
      if (span === undefined) return [];
      return [
        { ...span, severity, message, fixes: fixes.map((fix) => ({ title: fix.title, apply: () => applyFix(fix) })) },
      ];
    });
    // The same as before is told as the same, so that an open tooltip stays.
    if (found.length === 0 && last.current?.length === 0) return last.current;
    last.current = found;
    return found;
  }, [findings, isCurrent]);
}
