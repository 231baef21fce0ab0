import { useDeferredValue, useEffect, useMemo, useState, type ReactNode } from 'react';

import { previewOf, type KnownValues } from '../../../core/workflow/language/index.ts';
import { counted, dollars } from '../design/figures.ts';
import { countTokens } from './countTokens.ts';
import { useForm } from './formContext.ts';

interface PreviewProps {
  readonly text: string;
  readonly values: KnownValues;
  /** The values are made up. */
  readonly isSample: boolean;
}

/** A text as it will be sent, about how many tokens that is, and what they cost. */
export function Preview({ text, values, isSample }: PreviewProps): ReactNode {
  const { model } = useForm();
  const latest = useDeferredValue(text);
  const parts = useMemo(() => previewOf(latest, values), [latest, values]);
  const filled = parts.map((part) => part.text).join('');
  const tokens = useTokens(filled);
  const price = model?.prices?.input;
  const isEmpty = filled === '';
  return (
    <div className="mt-1 rounded-control border border-line bg-sunken">
      <div
        className="max-h-48 overflow-auto px-2 py-1.5 text-xs break-words whitespace-pre-wrap"
        tabIndex={0}
        role="group"
        aria-label="What will be sent"
      >
        {isEmpty && <span className="text-faint">An empty text</span>}
        {parts.map((part, index) =>
          part.kind === 'unknown' ? (
            <span key={index} title={part.why} className="rounded bg-warning-soft font-mono text-2xs text-warning">
              {part.text}
            </span>
          ) : (
            <span key={index} className={part.kind === 'value' ? 'rounded bg-success-soft text-success' : ''}>
              {part.text}
            </span>
          ),
        )}
      </div>
      <p className="border-t border-line px-2 py-1 text-2xs text-muted">
        {isSample ? 'With sample values' : 'With the values of the run that is shown'}
        {tokens !== undefined && ` · about ${counted(tokens, 'token')}`}
        {tokens !== undefined && price !== undefined && ` · ${dollars((tokens * price) / 1_000_000)}`}
      </p>
    </div>
  );
}

function useTokens(text: string): number | undefined {
  const [tokens, setTokens] = useState<number>();
  useEffect(() => {
    let isCurrent = true;
    void countTokens(text).then((count) => isCurrent && setTokens(count));
    return () => {
      isCurrent = false;
    };
  }, [text]);
  return tokens;
}
