import type { ReactNode } from 'react';

import { awaitedOf, type DurableRun, type DurableStep, type RunStanding } from '../../../../core/durableRuns.ts';
import { count, dollars, duration, moment } from '../../design/figures.ts';
import { StandingMark } from './StandingMark.tsx';
import { standingOfStep } from './standings.ts';
import { timeOf } from './times.ts';

const figure = 'px-2 text-right align-top text-muted tabular-nums whitespace-nowrap';
const head = 'sticky top-0 z-10 h-7 border-b border-line bg-surface px-2 font-normal';

/** The steps of a run in the order in which they began: how each stands, what it took and cost. */
export function StepTable({ run, now }: { readonly run: DurableRun; readonly now: number }): ReactNode {
  if (run.steps.length === 0)
    return (
      <p className="p-4 text-xs text-muted">
        {run.status === 'running' ? 'No step has begun yet.' : 'It took no step.'}
      </p>
    );
  return (
    <table aria-label="Steps of the run" className="w-full border-separate border-spacing-0 text-xs">
      <thead className="text-2xs text-muted">
        <tr>
          <th scope="col" className={`${head} text-left`}>
            Step
          </th>
          <th scope="col" className={`${head} text-left`}>
            Began
          </th>
          <th scope="col" className={`${head} text-right`}>
            Duration
          </th>
          <th scope="col" className={`${head} text-right`}>
            Tokens
          </th>
          <th scope="col" className={`${head} text-right`}>
            Cost
          </th>
        </tr>
      </thead>
      <tbody>
        {run.steps.map((step) => (
          <Row key={step.step} step={step} standing={run.status} now={now} />
        ))}
      </tbody>
    </table>
  );
}

interface RowProps {
  readonly step: DurableStep;
  readonly standing: RunStanding;
  readonly now: number;
}

function Row({ step, standing, now }: RowProps): ReactNode {
  const began = timeOf(step.began_at);
  const how = standingOfStep(step.status, standing);
  const end = timeOf(step.ended_at) ?? (how === 'begun' || how === 'waiting' ? now : undefined);
  return (
    <tr className="hover:bg-sunken">
      <th scope="row" className="px-2 py-1 text-left align-top font-normal">
        <span className="flex min-w-0 items-baseline gap-1.5">
          <span className="translate-y-0.5">
            <StandingMark standing={how} />
          </span>
          <span className="min-w-0 wrap-anywhere">
            {step.step}
            {step.code !== undefined && <code className="ml-1.5 text-2xs text-danger">{step.code}</code>}
            {how === 'waiting' && <span className="block text-2xs text-warning">{waitWords(step, now)}</span>}
            {step.repeated !== undefined && (
              <span className="block text-2xs text-warning">
                Begun {step.attempts ?? 2} times. {step.repeated}
              </span>
            )}
          </span>
        </span>
      </th>
      <td className="px-2 py-1 align-top text-muted tabular-nums whitespace-nowrap">
        {began === undefined ? '' : moment(began, now)}
      </td>
      <td className={`${figure} py-1`}>{began === undefined || end === undefined ? '' : duration(end - began)}</td>
      <td className={`${figure} py-1`}>{count(step.usage?.total_tokens)}</td>
      <td className={`${figure} py-1`}>{dollars(step.usage?.cost_usd)}</td>
    </tr>
  );
}

function waitWords(step: DurableStep, now: number): string {
  const until = timeOf(step.until);
  return `waits for ${awaitedOf(step.waits_for)}${until === undefined ? '' : `, until ${moment(until, now)} at most`}`;
}
