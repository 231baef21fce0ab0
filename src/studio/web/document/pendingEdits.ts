import { create } from 'zustand';

import { useDocument } from './documentStore.ts';

/** A page that is not drawn at the moment does not wait for that. */
const hiddenMs = 50;
/** An edit of such a text costs a few milliseconds: each key waits for no more than that it is drawn. */
const smallCharacters = 100_000;
/** What is typed fast into a larger one, when typing rests for so long. */
const restMs = 140;
/** It waits no longer than this, however fast someone types. */
const longestMs = 600;

interface Pending {
  readonly write: () => void;
  readonly since: number;
  /** Ends the wait. */
  readonly cancel: () => void;
}

const pending = new Map<string, Pending>();
let lastWritten = 0;

/** Whether something is typed that the document does not have yet. */
export const usePending = create<{ readonly isWaiting: boolean }>()(() => ({ isWaiting: false }));

/**
 * Writes soon; a later call with the same key takes the place of this one.
 * @param prepare what can be done for it at once, where it waits for no more than that the page is drawn
 */
export function writeSoon(key: string, write: () => void, prepare?: () => void): void {
  const before = pending.get(key);
  before?.cancel();
  const now = performance.now();
  const since = before?.since ?? now;
  const isSmall = (useDocument.getState().current?.text.length ?? 0) < smallCharacters;
  const isDue = isSmall || (before === undefined && now - lastWritten > restMs);
  const act = (): void => writeNow(key);
  const cancel = isDue ? onceDrawn(act) : after(Math.max(0, Math.min(restMs, since + longestMs - now)), act);
  pending.set(key, { write, since, cancel });
  usePending.setState({ isWaiting: true });
  listen();
  if (isDue) prepare?.();
}

export function writeNow(key: string): void {
  const waiting = pending.get(key);
  if (waiting === undefined) return;
  waiting.cancel();
  pending.delete(key);
  lastWritten = performance.now();
  waiting.write();
  if (pending.size === 0) usePending.setState({ isWaiting: false });
}

function after(ms: number, act: () => void): () => void {
  const timer = setTimeout(act, ms);
  return () => clearTimeout(timer);
}

/** A first key comes into the document as soon as it is drawn, so that a key press costs no more than itself. */
function onceDrawn(act: () => void): () => void {
  let timer = setTimeout(act, hiddenMs);
  const frame = requestAnimationFrame(() => {
    clearTimeout(timer);
    timer = setTimeout(act);
  });
  return () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
}

/** Nothing is left to be written. */
export function writeAll(): void {
  for (const key of pending.keys()) writeNow(key);
}

let isListening = false;

/** Whatever else someone does goes by the whole of what was typed: commands by key, clicks, going away. */
function listen(): void {
  if (isListening) return;
  isListening = true;
  const onKeyDown = ({ ctrlKey, metaKey, key }: KeyboardEvent): void => {
    if (ctrlKey || metaKey || key === 'Escape' || key === 'Tab') writeAll();
  };
  addEventListener('keydown', onKeyDown, { capture: true });
  addEventListener('pointerdown', writeAll, { capture: true });
  addEventListener('focusout', writeAll, { capture: true });
  addEventListener('pagehide', writeAll);
  document.addEventListener('visibilitychange', writeAll);
}
