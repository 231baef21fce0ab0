import { useEffect, useMemo, useState } from 'react';

import type { Json } from '../../../core/workflow/index.ts';
import type { KnownValues } from '../../../core/workflow/language/index.ts';
import { compiler } from '../document/compiler.ts';
import { useDocument } from '../document/documentStore.ts';
import { useRuns } from '../run/runStore.ts';

const noNodes: ReadonlyMap<string, Json> = new Map();

/** What expressions of the open file read: in the run that is shown, or samples where there is none. */
export function useKnownValues(): KnownValues & { readonly isSample: boolean } {
  const file = useDocument((state) => state.current?.file);
  // Values arrive when nodes end, so that tokens on their way redraw nothing here.
  const run = useRuns(({ runs, shown }) => {
    const found = file === undefined ? undefined : runs.get(shown.get(file) ?? '');
    return found?.state === 'running' || found?.state === 'preparing' ? undefined : found;
  });
  const sample = useSampleInput();
  return useMemo(() => {
    const input = run?.summary?.input;
    if (run === undefined || input === undefined)
      return { input: sample, nodes: noNodes, env: new Map(), isSample: true };
    const values = [...run.nodes].flatMap(([id, { value }]) => (value === undefined ? [] : [[id, value] as const]));
    return { input, nodes: new Map(values), env: new Map(), isSample: false };
  }, [run, sample]);
}

function useSampleInput(): Json | undefined {
  const compiled = useDocument((state) => state.current?.compiled);
  const [sample, setSample] = useState<Json>();
  const trigger = JSON.stringify(compiled?.trigger ?? null);
  useEffect(() => {
    if (compiled === undefined) return undefined;
    let isCurrent = true;
    void compiler()
      .sampleInput()
      .then((found) => isCurrent && setSample(found));
    return () => {
      isCurrent = false;
    };
  }, [trigger]);
  return sample;
}
