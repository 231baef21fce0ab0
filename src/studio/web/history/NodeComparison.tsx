import { ChevronRight } from 'lucide-react';
import { useState, type ReactNode } from 'react';

import { DiffView } from '../editors/DiffView.tsx';
import { dollars, duration } from '../design/figures.ts';
import type { NodeRun } from '../run/liveRun.ts';
import { StateMark } from '../run/StateMark.tsx';
import { asText, onlyByNature, type NodePair } from './comparison.ts';

/** What two runs did at each node; one that is not the same to the letter opens to show how. */
export function NodeComparison({ pairs }: { readonly pairs: readonly NodePair[] }): ReactNode {
  const [opened, setOpened] = useState<string>();
  return (
    <ul className="border-t border-line">
      {pairs.map(({ node, before, after, likeness }) => (
        <li key={node} className="border-b border-line">
          <button
            type="button"
            disabled={likeness === 'same'}
            aria-expanded={opened === node}
            className="grid w-full grid-cols-[16px_minmax(0,1fr)_minmax(0,1fr)_minmax(0,1fr)_72px] items-center gap-2 py-1 text-left enabled:hover:bg-sunken"
            onClick={() => setOpened(opened === node ? undefined : node)}
          >
            {likeness !== 'same' ? (
              <ChevronRight size={12} aria-hidden className={opened === node ? 'rotate-90' : ''} />
            ) : (
              <span />
            )}
            <span className="truncate font-medium">{node}</span>
            <Side node={before} />
            <Side node={after} />
            <span className={likeness === 'different' ? 'text-warning' : 'text-muted'}>
              {likeness === 'different' ? 'differs' : 'the same'}
            </span>
          </button>
          {opened === node && (
            <div className="pb-2 pl-6">
              {likeness === 'alike' && <p className="mb-1 text-2xs text-muted">{onlyByNature}</p>}
              <div className="flex max-h-72 flex-col overflow-hidden rounded-control border border-line">
                <DiffView
                  before={asText(before?.value)}
                  after={asText(after?.value)}
                  titles={['Earlier', 'Later']}
                  language="text"
                />
              </div>
            </div>
          )}
        </li>
      ))}
    </ul>
  );
}

function Side({ node }: { readonly node: NodeRun | undefined }): ReactNode {
  return (
    <span className="flex items-center gap-1.5 text-muted tabular-nums">
      <StateMark state={node?.state ?? 'waiting'} />
      {[duration(node?.elapsedMs), dollars(node?.costUsd)].filter((each) => each !== '').join(' · ')}
    </span>
  );
}
