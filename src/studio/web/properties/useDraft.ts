import { useCallback, useEffect, useRef, useState } from 'react';

import { compileAhead } from '../document/compiling.ts';
import { writeNow, writeSoon } from '../document/pendingEdits.ts';
import type { TypedEdit } from './owner.ts';

interface Draft<Value> {
  /** What the field shows. */
  readonly value: Value;
  readonly set: (next: Value) => void;
  /** Writes what was typed without waiting, and shows what became of it. */
  readonly flush: () => void;
}

/** Within so many milliseconds the page has drawn what was written. */
const drawnMs = 100;

/**
 * What is typed into a field: shown at once as it is typed, written to the document a little later. What others make of the
 * document, as undo does, takes its place.
 * @param key of the field, the same as long as it is the same place of the file
 * @param editOf what writes it; undefined for what cannot be written. That, and what the document does not take, stays in the field
 */
export function useDraft<Value>(
  key: string,
  value: Value,
  editOf: (next: Value) => TypedEdit | undefined,
): Draft<Value> {
  const [draft, setDraft] = useState<{ readonly value: Value; readonly key: string } | undefined>(undefined);
  const latest = useRef(editOf);
  latest.current = editOf;
  const state = useRef<'written' | 'waiting' | 'own change' | 'refused'>('written');
  useEffect(() => {
    if (state.current !== 'waiting' && state.current !== 'own change') setDraft(undefined);
  }, [value, key]);
  const set = useCallback(
    (next: Value) => {
      setDraft({ value: next, key });
      state.current = 'waiting';
      const edit = latest.current(next);
      const write = (): void => {
        state.current = 'own change';
        if (edit?.write() !== true) state.current = 'refused';
        setTimeout(() => {
          if (state.current === 'own change') state.current = 'written';
        }, drawnMs);
      };
      writeSoon(key, write, () => {
        const text = edit?.foresee();
        if (text !== undefined) compileAhead(text);
      });
    },
    [key],
  );
  const flush = useCallback(() => {
    writeNow(key);
    if (state.current !== 'refused') setDraft(undefined);
  }, [key]);
  return { value: draft !== undefined && draft.key === key ? draft.value : value, set, flush };
}
