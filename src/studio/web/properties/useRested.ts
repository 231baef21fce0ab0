import { useEffect, useState } from 'react';

import type { Diagnostic } from '../../../core/workflow/index.ts';

const restMs = 700;

/** Findings as one reads them: those of what is just being typed are told when typing rests, so that the page stays calm. */
export function useRested(findings: readonly Diagnostic[]): readonly Diagnostic[] {
  const [told, setTold] = useState(findings);
  const isLess = findings.length <= told.length;
  useEffect(() => {
    if (isLess) {
      setTold(findings);
      return undefined;
    }
    const timer = setTimeout(() => setTold(findings), isTyping() ? restMs : 0);
    return () => clearTimeout(timer);
  }, [findings, isLess]);
  return isLess ? findings : told;
}

function isTyping(): boolean {
  const focused = document.activeElement;
  return focused !== null && focused.closest('input, textarea, [contenteditable="true"]') !== null;
}
