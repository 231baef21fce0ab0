import { CircleAlert, TriangleAlert, Wrench } from 'lucide-react';
import type { ReactNode } from 'react';

import type { Diagnostic } from '../../../core/workflow/index.ts';
import { MarkedText } from '../canvas/MarkedText.tsx';
import { Button } from '../design/Button.tsx';
import { applyFix } from '../document/applyFix.ts';

interface FindingListProps {
  readonly id?: string;
  readonly findings: readonly Diagnostic[];
}

/** What is wrong, what to do, and what mends it with one click. */
export function FindingList({ id, findings }: FindingListProps): ReactNode {
  if (findings.length === 0) return null;
  return (
    <ul id={id} className="flex flex-col gap-1.5">
      {findings.map((finding, index) => (
        <li key={index}>
          <FindingText finding={finding} />
          {finding.fixes !== undefined && (
            <div className="mt-1 ml-5 flex flex-wrap gap-1.5">
              {(finding.fixes ?? []).map((fix) => (
                <Button key={fix.title} icon={Wrench} className="h-6 px-2 text-2xs" onClick={() => applyFix(fix)}>
                  <span>
                    <MarkedText text={fix.title} />
                  </span>
                </Button>
              ))}
            </div>
          )}
        </li>
      ))}
    </ul>
  );
}

function FindingText({ finding: { severity, message, hint } }: { readonly finding: Diagnostic }): ReactNode {
  const isError = severity === 'error';
  const Icon = isError ? CircleAlert : TriangleAlert;
  return (
    <p className="flex gap-1.5 text-2xs">
      <span className={`mt-0.5 shrink-0 ${isError ? 'text-danger' : 'text-warning'}`}>
        <Icon size={13} aria-label={isError ? 'Error' : 'Warning'} />
      </span>
      <span className="min-w-0 break-words">
        <span className={isError ? 'text-danger' : 'text-warning'}>
          <MarkedText text={message} />
        </span>
        {hint !== undefined && (
          <span className="text-muted">
            {' '}
            <MarkedText text={hint} />
          </span>
        )}
      </span>
    </p>
  );
}
