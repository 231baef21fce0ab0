import { create } from 'zustand';

import type { AskedWay, Json } from '../../../core/workflow/index.ts';
import type { SavedRequest } from '../../protocol/index.ts';
import { ask } from '../api/client.ts';
import { attempt } from './runStore.ts';

/** The request that a file is run with next. */
export interface Draft {
  readonly input: Json;
  /** Text that is being typed and is no JSON yet. */
  readonly unreadable: string | undefined;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly isStreamed: boolean;
  /** Undefined: in the workflow's own way. */
  readonly way: AskedWay | undefined;
  /** The saved request that it came from. */
  readonly savedAs: string | undefined;
}

export interface RequestState {
  /** By file. */
  readonly drafts: ReadonlyMap<string, Draft>;
  readonly saved: ReadonlyMap<string, readonly SavedRequest[]>;
}

export const useRequests = create<RequestState>()(() => ({ drafts: new Map(), saved: new Map() }));

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
