import { create } from 'zustand';

import { sampleObject } from '../../../core/codegen/python/project/sample.ts';
import type { Drawing } from '../../../core/workflow/edits/index.ts';
import type { Json } from '../../../core/workflow/index.ts';
import { misfit } from '../../../core/workflow/schemaFit.ts';
import type { SavedRequest } from '../../protocol/index.ts';
import { ask } from '../api/client.ts';
import { attempt } from './runStore.ts';
import { triggerOf } from './trigger.ts';

/** The request that a file is run with next. */
export interface Draft {
  readonly input: Json;
  /** Text that is being typed and is no JSON yet. */
  readonly unreadable: string | undefined;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly isStreamed: boolean;
  /** The saved request that it came from. */
  readonly savedAs: string | undefined;
}

interface RequestState {
  /** By file. */
  readonly drafts: ReadonlyMap<string, Draft>;
  readonly saved: ReadonlyMap<string, readonly SavedRequest[]>;
}

export const useRequests = create<RequestState>()(() => ({ drafts: new Map(), saved: new Map() }));

const samples = new WeakMap<Drawing, Draft>();

/** What the next run is asked with: what was sent or written last, or an example that fits the schema. */
export function draftOf({ drafts }: RequestState, file: string, drawing: Drawing): Draft {
  const kept = drafts.get(file);
  if (kept !== undefined) return kept;
  const known = samples.get(drawing);
  if (known !== undefined) return known;
  const trigger = triggerOf(drawing);
  const input = trigger === undefined ? {} : sampleObject(trigger.inputSchema, true);
  const draft: Draft = { input, unreadable: undefined, headers: [], isStreamed: true, savedAs: undefined };
  samples.set(drawing, draft);
  return draft;
}

export function setDraft(file: string, drawing: Drawing, change: Partial<Draft>): void {
  useRequests.setState((state) => ({
    drafts: new Map(state.drafts).set(file, { ...draftOf(state, file, drawing), ...change }),
  }));
}

/** Takes the input of the last run, where nothing was written here and it still is one that the workflow takes. */
export function offerInput(file: string, drawing: Drawing, input: Json): void {
  const trigger = triggerOf(drawing);
  if (useRequests.getState().drafts.has(file) || trigger === undefined) return;
  if (misfit(input, trigger.inputSchema) === undefined) setDraft(file, drawing, { input });
}

export function headersOf({ headers }: Draft): Readonly<Record<string, string>> {
  return Object.fromEntries(headers.filter(([name]) => name !== ''));
}

export async function loadRequests(file: string): Promise<void> {
  await attempt(async () => {
    const { requests } = await ask('requests', { file });
    useRequests.setState(({ saved }) => ({ saved: new Map(saved).set(file, requests) }));
  });
}

export async function setRequests(file: string, requests: readonly SavedRequest[]): Promise<boolean> {
  const before = useRequests.getState().saved;
  useRequests.setState({ saved: new Map(before).set(file, requests) });
  const isKept = await attempt(async () => ask('setRequests', { file, requests: [...requests] }));
  if (!isKept) useRequests.setState({ saved: before });
  return isKept;
}
