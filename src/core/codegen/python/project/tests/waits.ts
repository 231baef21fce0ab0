import type { Json } from '../../../../workflow/json.ts';
import type { NodeOf } from '../../../../workflow/types.ts';
import { sampleObject } from '../sample.ts';
import type { Move } from './moves.ts';
import { isJsonObject, withResult, type Trial } from './trial.ts';

/** A person who approves, and fills in the form. */
export function approvalOf({ form }: NodeOf<'waitForApproval'>['config']): Json {
  return {
    approved: true,
    by: 'kim@example.com',
    comment: null,
    values: form === undefined ? {} : sampleObject(form, true),
    decided_at: '2026-01-31T12:00:00.000+00:00',
    timed_out: false,
  };
}

/** An event that has come, with the payload of what would be one. */
export function eventOf(result: Json): Json {
  const event = { sent_at: '2026-01-31T12:00:00.000+00:00', id: 'event', timed_out: false };
  return isJsonObject(result) ? { ...result, ...event } : result;
}

/** What a person decides in a test. */
export function isApproved({ results }: Trial, id: string): boolean {
  const decision = results.get(id);
  return isJsonObject(decision) && decision['approved'] === true;
}

/** A person may decide either way; what is rejected has no values. */
export function decisionMoves({ id, config }: NodeOf<'waitForApproval'>): readonly Move[] {
  const approved = approvalOf(config);
  if (!isJsonObject(approved)) return [];
  return [approved, { ...approved, approved: false, values: {} }].map(
    (decision) => (trial) => withResult(trial, id, decision),
  );
}
