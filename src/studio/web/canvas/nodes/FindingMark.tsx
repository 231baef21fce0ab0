import { CircleAlert, TriangleAlert, Wrench } from 'lucide-react';
import { useRef, useState, type ReactNode } from 'react';

import type { Diagnostic } from '../../../../core/workflow/index.ts';
import { Button } from '../../design/Button.tsx';
import { Popover } from '../../design/Popover.tsx';
import { applyFix } from '../../document/applyFix.ts';
import { MarkedText } from '../MarkedText.tsx';
import { useItemFindings } from '../findingsStore.ts';

const leaveMs = 200;

/** How many findings there are about an item; they are listed while the pointer is there, or when it is pressed. */
export function FindingMark({ id }: { readonly id: string }): ReactNode {
  const findings = useItemFindings(id);
  const [isOpen, setIsOpen] = useState(false);
  const mark = useRef<HTMLButtonElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  if (findings.length === 0) return null;
  const isError = findings.some(({ severity }) => severity === 'error');
  const enter = (): void => {
    clearTimeout(timer.current);
    setIsOpen(true);
  };
  const leave = (): void => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setIsOpen(false), leaveMs);
  };
  const Icon = isError ? CircleAlert : TriangleAlert;
  return (
    <>
      <button
        ref={mark}
        type="button"
        tabIndex={-1}
        aria-label={`${findings.length} ${findings.length === 1 ? 'finding' : 'findings'} at ${id}`}
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        className={`finding-mark nodrag nopan ${isError ? 'bg-danger-soft text-danger' : 'bg-warning-soft text-warning'}`}
        onClick={() => setIsOpen(true)}
        onPointerEnter={enter}
        onPointerLeave={leave}
      >
        <Icon size={12} aria-hidden />
        {findings.length > 1 && <span className="text-2xs font-semibold">{findings.length}</span>}
      </button>
      <Popover
        anchor={mark}
        isOpen={isOpen}
        onClose={() => setIsOpen(false)}
        side="top"
        align="end"
        className="max-h-96 w-80 overflow-auto p-1"
        onOpenAutoFocus={(event) => event.preventDefault()}
        onPointerEnter={enter}
        onPointerLeave={leave}
      >
        {findings.map((finding, index) => (
          <Finding key={index} finding={finding} onFixed={() => setIsOpen(false)} />
        ))}
      </Popover>
    </>
  );
}

function Finding({ finding, onFixed }: { readonly finding: Diagnostic; readonly onFixed: () => void }): ReactNode {
  const isError = finding.severity === 'error';
  const Icon = isError ? CircleAlert : TriangleAlert;
  return (
    <div className="flex gap-2 p-2 text-xs">
      <span className={`mt-0.5 shrink-0 ${isError ? 'text-danger' : 'text-warning'}`}>
        <Icon size={14} aria-label={finding.severity} />
      </span>
      <div className="min-w-0 space-y-1.5">
        <p className="wrap-anywhere">
          <MarkedText text={finding.message} />
        </p>
        {finding.hint !== undefined && (
          <p className="text-muted wrap-anywhere">
            <MarkedText text={finding.hint} />
          </p>
        )}
        {finding.fixes?.map((fix) => (
          <Button
            key={fix.title}
            icon={Wrench}
            className="h-auto max-w-full py-1 text-left whitespace-normal"
            onClick={() => {
              applyFix(fix);
              onFixed();
            }}
          >
            <span>
              <MarkedText text={fix.title} />
            </span>
          </Button>
        ))}
      </div>
    </div>
  );
}
