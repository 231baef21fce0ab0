import { CircleAlert, CircleCheck, TriangleAlert, Wrench } from 'lucide-react';
import { memo, type ReactNode } from 'react';

import { pageText } from '../../../core/workflow/diagnostics/pageText.ts';
import type { Drawing } from '../../../core/workflow/edits/index.ts';
import type { Diagnostic } from '../../../core/workflow/index.ts';
import { MarkedText } from '../canvas/MarkedText.tsx';
import { showInText } from '../code/codeStore.ts';
import { runCommand } from '../commands/registry.ts';
import { Button } from '../design/Button.tsx';
import { EmptyState } from '../design/EmptyState.tsx';
import { useDocument } from '../document/documentStore.ts';
import { applyFix } from '../document/applyFix.ts';
import { subjectOf } from '../document/findings.ts';

/** Everything that was found in the workflow, errors first, each with its way out. */
export function ProblemsPanel(): ReactNode {
  const diagnostics = useDocument((state) => state.current?.compiled?.diagnostics);
  const drawing = useDocument((state) => state.current?.drawing);
  if (diagnostics === undefined || drawing === undefined) return null;
  if (diagnostics.length === 0)
    return (
      <EmptyState icon={CircleCheck} title="Nothing was found">
        The workflow is checked with every change: its graph, its expressions, its models and its Python.
      </EmptyState>
    );
  const sorted = diagnostics.toSorted((a, b) => Number(b.severity === 'error') - Number(a.severity === 'error'));
  return (
    <ul aria-label="Problems" className="divide-y divide-line">
      {sorted.map((diagnostic, index) => (
        <Finding
          key={`${diagnostic.code} ${diagnostic.path.join('/')} ${index}`}
          diagnostic={diagnostic}
          drawing={drawing}
        />
      ))}
    </ul>
  );
}

interface FindingProps {
  readonly diagnostic: Diagnostic;
  readonly drawing: Drawing;
}

const Finding = memo(function Finding({ diagnostic, drawing }: FindingProps): ReactNode {
  const { severity, message, hint, code, range, fixes = [], related = [] } = diagnostic;
  const subject = subjectOf(diagnostic, drawing);
  const Icon = severity === 'error' ? CircleAlert : TriangleAlert;
  return (
    <li className="flex items-start gap-3 px-4 py-2.5">
      <span className={`mt-0.5 ${severity === 'error' ? 'text-danger' : 'text-warning'}`}>
        <Icon size={16} role="img" aria-label={severity} />
      </span>
      <div className="min-w-0 grow">
        <p>
          <MarkedText text={message} />
        </p>
        {hint !== undefined && (
          <p className="text-xs text-muted">
            <MarkedText text={hint} />
          </p>
        )}
        {related.map((place) => (
          <p key={`${place.message} ${place.range.start}`} className="text-xs text-muted">
            <MarkedText text={place.message} /> (line {place.range.line})
          </p>
        ))}
        <p className="mt-0.5 flex flex-wrap items-center gap-x-2 text-2xs text-faint">
          {subject !== undefined && (
            <button type="button" className="font-medium text-accent hover:underline" onClick={() => reveal(subject)}>
              {pageText('item' in subject ? subject.item : nameOfEdge(subject.edge, drawing))}
            </button>
          )}
          <button type="button" className="hover:underline" onClick={() => showInText(range.start)}>
            line {range.line}
          </button>
          <span className="font-mono">{code}</span>
        </p>
      </div>
      <div className="flex shrink-0 flex-col items-end gap-1">
        {fixes.map((fix) => (
          <Button key={fix.title} icon={Wrench} onClick={() => applyFix(fix)}>
            <span>
              <MarkedText text={fix.title} />
            </span>
          </Button>
        ))}
      </div>
    </li>
  );
});

type Subject = NonNullable<ReturnType<typeof subjectOf>>;

function nameOfEdge(edge: number, { edges }: Drawing): string {
  const wire = edges.find(({ index }) => index === edge)?.wire;
  return wire === undefined ? `edge ${edge + 1}` : `${wire.source} → ${wire.target}`;
}

function reveal(subject: Subject): void {
  const { select } = useDocument.getState();
  if ('edge' in subject) return select([], subject.edge);
  select([subject.item]);
  runCommand('fit-selection');
}
