import { sampleObject } from '../../../core/codegen/python/project/sample.ts';
import type { Drawing } from '../../../core/workflow/edits/index.ts';
import type { Json } from '../../../core/workflow/index.ts';
import { misfit } from '../../../core/workflow/schemaFit.ts';
import { useRequests, type Draft, type RequestState } from './requestStore.ts';
import { triggerOf } from './trigger.ts';

const samples = new WeakMap<Drawing, Draft>();

/** What the next run is asked with: what was sent or written last, or an example that fits the schema. */
export function draftOf({ drafts }: RequestState, file: string, drawing: Drawing): Draft {
  const kept = drafts.get(file);
  if (kept !== undefined) return kept;
  const known = samples.get(drawing);
  if (known !== undefined) return known;
  const trigger = triggerOf(drawing);
  const input = trigger === undefined ? {} : sampleObject(trigger.inputSchema, true);
  const draft: Draft = {
    input,
    unreadable: undefined,
    headers: [],
    isStreamed: true,
    way: undefined,
    savedAs: undefined,
  };
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
