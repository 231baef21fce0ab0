import { useCallback, useEffect, useRef, useState } from 'react';

import type { DurablePlace, Followed, Refusal, RunUpdate, ShownDurable } from '../../../protocol/index.ts';
import { ApiError, ask } from '../../api/client.ts';
import { emptyRun, withUpdates, type LiveRun } from '../../run/liveRun.ts';
import { follow } from './following.ts';

/** As often as a person can read it. */
const drawEveryMs = 60;
const askEveryMs = 400;
/** Events after which the steps of a run stand otherwise. */
const ofSteps: ReadonlySet<string> = new Set(['step', 'waiting', 'done', 'error', 'restart']);

/** A durable run that is looked at. */
export interface OpenDurable {
  /** Undefined until the service has answered. */
  readonly shown: ShownDurable | undefined;
  /** What it has said, from its beginning. */
  readonly said: LiveRun;
  readonly failure: Refusal | undefined;
  /** Why nothing new comes for now. */
  readonly away: string | undefined;
  /** Asks how it stands. */
  readonly refresh: () => void;
}

/** Opens a run: how it stands, and its events for as long as it is looked at. */
export function useDurableRun({ service, run }: DurablePlace): OpenDurable {
  const [shown, setShown] = useState<ShownDurable>();
  const [said, setSaid] = useState(() => emptyRun(run));
  const [failure, setFailure] = useState<Refusal>();
  const [away, setAway] = useState<string>();
  const asking = useRef<() => void>(() => undefined);
  useEffect(() => {
    const stop = new AbortController();
    const show = async (): Promise<void> => {
      try {
        const answer = await ask('durableRun', { service, run }, { signal: stop.signal });
        if (stop.signal.aborted) return;
        setShown(answer);
        setFailure(undefined);
      } catch (error) {
        if (!stop.signal.aborted && error instanceof ApiError) setFailure(error.refusal);
        else if (!stop.signal.aborted) throw error;
      }
    };
    const asked = paced(() => void show(), askEveryMs);
    let waiting: RunUpdate[] = [];
    const draw = paced(() => {
      const updates = waiting;
      waiting = [];
      setSaid((before) => withUpdates(before, updates));
    }, drawEveryMs);
    const take = (told: Followed): void => {
      if (told.kind === 'refused') return setFailure(told.refusal);
      if (told.kind === 'away') return setAway(told.message);
      if (told.kind === 'back') {
        asked.soon();
        return setAway(undefined);
      }
      const { event, data } = told.event;
      waiting.push({ kind: 'event', at: Date.now(), event, data: data as never });
      draw.soon();
      if (ofSteps.has(event)) asked.soon();
    };
    asking.current = () => asked.soon();
    void show();
    void follow(
      { service, run },
      {
        onBegin: () => {
          waiting = [];
          setSaid(emptyRun(run));
          setAway(undefined);
          asked.soon();
        },
        onTold: take,
        onLost: () => setAway('The Studio does not answer. What is shown here is how it was last.'),
      },
      stop.signal,
    );
    return () => {
      stop.abort();
      asked.end();
      draw.end();
    };
  }, [service, run]);
  return { shown, said, failure, away, refresh: useCallback(() => asking.current(), []) };
}

/** Does something soon, and no oftener than that. */
function paced(work: () => void, everyMs: number): { readonly soon: () => void; readonly end: () => void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    soon: () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        work();
      }, everyMs);
    },
    end: () => clearTimeout(timer),
  };
}
