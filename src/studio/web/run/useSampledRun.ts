import { useCallback, useSyncExternalStore } from 'react';

import { useDocument } from '../document/documentStore.ts';
import { runOn } from './runOn.ts';
import type { LiveRun } from './liveRun.ts';
import { useRuns } from './runStore.ts';

const restMs = 120;

/** The shown run, looked at a few times a second: for views of the whole, which would cost too much with every token. */
export function useSampledRun(): LiveRun | undefined {
  const file = useDocument((state) => state.current?.file);
  return useSampled(useCallback(() => runOn(useRuns.getState(), file), [file]));
}

/** A value of the store of runs, looked at a few times a second. */
function useSampled<Value>(look: () => Value): Value {
  return useSyncExternalStore(subscribe, look);
}

function subscribe(notify: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const end = useRuns.subscribe(() => {
    timer ??= setTimeout(() => {
      timer = undefined;
      notify();
    }, restMs);
  });
  return () => {
    end();
    clearTimeout(timer);
  };
}
