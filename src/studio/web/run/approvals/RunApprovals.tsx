import { useEffect, useState, type ReactNode } from 'react';

import type { OpenApproval } from '../../../../core/durableRuns.ts';
import { ApiError, ask } from '../../api/client.ts';
import type { LiveRun } from '../liveRun.ts';
import { ApprovalCard } from './ApprovalCard.tsx';

/** What a run of this Studio asks a person, while it waits. */
export function RunApprovals({ run: { id, nodes } }: { readonly run: LiveRun }): ReactNode {
  const [approvals, setApprovals] = useState<readonly OpenApproval[]>([]);
  const waits = [...nodes].flatMap(([node, { waitsFor }]) => (waitsFor?.kind === 'approval' ? [node] : [])).join('\n');
  useEffect(() => {
    if (waits === '') return setApprovals([]);
    const stop = new AbortController();
    ask('runApprovals', { run: id }, { signal: stop.signal }).then(
      (answer) => setApprovals(answer.approvals),
      (error: unknown) => {
        // A run that has ended meanwhile asks nothing.
        if (!stop.signal.aborted && !(error instanceof ApiError)) throw error;
      },
    );
    return () => stop.abort();
  }, [id, waits]);
  if (approvals.length === 0) return null;
  return (
    <div className="flex max-h-[80%] shrink-0 flex-col gap-2 overflow-auto p-2">
      {approvals.map((approval) => (
        <ApprovalCard
          key={`${id} ${approval.step}`}
          approval={approval}
          onDecide={async (decided) => {
            await ask('decideRun', { run: id, ...decided });
          }}
        />
      ))}
    </div>
  );
}
