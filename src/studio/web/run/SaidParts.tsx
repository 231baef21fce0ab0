import { ChevronRight, Wrench } from 'lucide-react';
import { memo, useState, type ReactNode } from 'react';

import { preview } from '../design/figures.ts';
import { GrowingText } from './GrowingText.tsx';
import type { LiveRun } from './liveRun.ts';
import { isSamePlace, type Part } from './said.ts';
import { JsonTree } from './values/JsonTree.tsx';

/** What a run says, piece by piece, with who speaks where there are several. */
export function SaidParts({
  said,
  isGrowing,
}: {
  readonly said: readonly Part[];
  readonly isGrowing: boolean;
}): ReactNode {
  const speakers = new Set(said.map(nameOf));
  return said.map((part, index) => (
    <SaidPart
      key={index}
      part={part}
      name={speakers.size > 1 && !goesOn(said[index - 1], part) ? nameOf(part) : undefined}
      isLast={index === said.length - 1 && isGrowing}
    />
  ));
}

function nameOf({ node, items }: Part): string {
  return items === undefined ? node : `${node} · ${items}`;
}

function goesOn(before: Part | undefined, part: Part): boolean {
  return before !== undefined && isSamePlace(before, part);
}

interface SaidPartProps {
  readonly part: Part;
  /** Who speaks, where it is not the one before. */
  readonly name: string | undefined;
  readonly isLast: boolean;
}

const SaidPart = memo(function SaidPart({ part, name, isLast }: SaidPartProps): ReactNode {
  return (
    <div className="min-w-0">
      {name !== undefined && <p className="mb-0.5 text-2xs font-medium text-muted">{name}</p>}
      {part.kind === 'text' ? (
        <GrowingText text={part.text} isGrowing={isLast} />
      ) : part.kind === 'reasoning' ? (
        <Folded title={isLast ? 'Thinking …' : 'What it thought'}>
          <GrowingText text={part.text} isGrowing={false} />
        </Folded>
      ) : part.kind === 'call' ? (
        <CallCard part={part} />
      ) : (
        <div className="h-40 overflow-hidden rounded-control border border-line">
          <JsonTree label={isLast ? 'The answer so far' : 'The answer'} value={part.value} />
        </div>
      )}
    </div>
  );
});

function Folded({ title, children }: { readonly title: string; readonly children: ReactNode }): ReactNode {
  const [isOpen, setOpen] = useState(false);
  return (
    <div className="text-xs text-muted">
      <button
        type="button"
        aria-expanded={isOpen}
        className="flex items-center gap-1 hover:text-ink"
        onClick={() => setOpen(!isOpen)}
      >
        <ChevronRight size={12} aria-hidden className={isOpen ? 'rotate-90' : ''} />
        {title}
      </button>
      {isOpen && <div className="mt-1 border-l-2 border-line pl-3">{children}</div>}
    </div>
  );
}

function CallCard({ part }: { readonly part: Extract<Part, { readonly kind: 'call' }> }): ReactNode {
  const { name, argumentsText, result, error } = part;
  const isAnswered = result !== undefined || error !== undefined;
  return (
    <div className="w-fit max-w-full min-w-0 rounded-control border border-line bg-sunken px-2.5 py-1.5 text-xs">
      <p className="flex min-w-0 items-baseline gap-1.5">
        <Wrench size={12} aria-hidden className="shrink-0 translate-y-0.5 text-muted" />
        <span className="shrink-0 font-medium">{name}</span>
        <code className="min-w-0 text-2xs text-muted wrap-anywhere">{preview(argumentsText, 400)}</code>
      </p>
      {isAnswered && (
        <p className="mt-1 border-t border-line pt-1 text-2xs wrap-anywhere">
          {error === undefined ? (
            <code>{preview(result, 600)}</code>
          ) : (
            <span className="text-danger">{preview(error, 600)}</span>
          )}
        </p>
      )}
    </div>
  );
}

/** An output that was not said already. */
export function Output({ output, said }: Pick<LiveRun, 'output' | 'said'>): ReactNode {
  if (output === undefined) return null;
  const told = said.flatMap((part) => (part.kind === 'text' ? [part.text] : []));
  if (typeof output === 'string')
    return told.join('').includes(output) ? null : <GrowingText text={output} isGrowing={false} />;
  return (
    <div className="flex max-h-56 max-w-full flex-col overflow-hidden rounded-control border border-line">
      <JsonTree label="Output" value={output} />
    </div>
  );
}
