import { readDrawing } from '../../../core/workflow/edits/index.ts';
import type { StoredText } from '../../protocol/index.ts';
import { ApiError, ask } from '../api/client.ts';
import { useStudio } from '../api/studioStore.ts';
import { useDocument, type OpenDocument } from './documentStore.ts';
import { persistently } from '../design/later.ts';

const retryMs = 1_000;
/** What browsers carry on with after the page has gone. Source: Fetch standard, 4.5, "keepalive" */
const keepaliveCharacters = 20_000;

/**
 * Saves the open files: at once when a text changes, one request at a time, the newest text next. What the server does not take
 * because another version lies there becomes a conflict for the person to solve.
 */
export function startSaving(): () => void {
  const busy = new Set<string>();
  let isDue = false;
  const saveAll = (): void => {
    isDue = false;
    for (const document of openDocuments()) if (!busy.has(document.file)) void save(document.file);
  };
  const save = async (file: string): Promise<void> => {
    busy.add(file);
    try {
      for (let next = unsaved(file); next !== undefined; next = unsaved(file)) if (!(await saveOnce(next))) return;
    } finally {
      busy.delete(file);
    }
  };
  return useDocument.subscribe(() => {
    // What is small goes at once, also while the page goes away. A large text takes milliseconds to hand over: what was changed
    // is drawn before.
    if (openDocuments().every(({ text }) => text.length < keepaliveCharacters)) saveAll();
    else if (!isDue) {
      isDue = true;
      setTimeout(saveAll);
    }
  });
}

function openDocuments(): readonly OpenDocument[] {
  const { current, others } = useDocument.getState();
  return current === undefined ? [...others.values()] : [current, ...others.values()];
}

function unsaved(file: string): OpenDocument | undefined {
  const document = openDocuments().find((each) => each.file === file);
  if (document === undefined || !document.isWritable || document.save.kind === 'conflict') return undefined;
  return document.text === document.stored.text && document.sent === undefined ? undefined : document;
}

/** Whether to go on with the newest text. */
async function saveOnce({ file, stored, sent, undo, ...newest }: OpenDocument): Promise<boolean> {
  const { update } = useDocument.getState();
  // What got no answer may lie there: nothing newer is sent before that is known, or one of the two would seem to be another's.
  const { text, edition } = sent ?? newest;
  update(file, { save: { kind: 'saving' }, sent: { text, edition } });
  const title = undo.at(-1)?.title ?? '';
  try {
    const isLarge = text.length >= keepaliveCharacters;
    const { page } = useStudio.getState();
    const save = { text, base: stored.hash, title, edition, ...(page !== undefined && { page }) };
    const { hash } = await ask('saveFile', { file, save }, isLarge ? { isLarge } : { keepalive: true });
    update(file, { stored: { text, hash }, sent: undefined, save: { kind: 'saved' } });
    return true;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const { status, refusal } = error;
    if (status === 409 && refusal.stored !== undefined) return resolveConflict(file, refusal.stored);
    if (status !== 0) {
      update(file, { sent, save: { kind: 'failed', message: refusal.message, hint: refusal.hint } });
      return false;
    }
    update(file, { save: { kind: 'offline' } });
    await new Promise((resolve) => setTimeout(resolve, retryMs));
    return true;
  }
}

/** What others wrote at other lines is merged in; only where both changed the same is there something to decide. */
async function resolveConflict(file: string, stored: StoredText): Promise<boolean> {
  const { mergeThreeWays } = await persistently(async () => import('../../../core/threeWayMerge.ts'));
  const { update, current, setText } = useDocument.getState();
  const document = openDocuments().find((each) => each.file === file);
  if (document === undefined) return false;
  if (stored.text === document.text || stored.text === document.sent?.text) {
    update(file, { stored, sent: undefined, save: { kind: 'saved' } });
    return true;
  }
  const { text, conflictLines } = mergeThreeWays(document.stored.text, document.text, stored.text);
  const isMerged = conflictLines.length === 0 && document === current && readDrawing(text) !== undefined;
  if (isMerged) setText(text, 'Merge what was changed outside', { stored });
  else update(file, { sent: undefined, save: { kind: 'conflict', stored } });
  return isMerged;
}

/** Takes in what something outside has written: as one step where nothing unsaved stands against it, else as a conflict. */
export function takeIn(file: string, stored: StoredText): void {
  const { current, setText } = useDocument.getState();
  const document = openDocuments().find((each) => each.file === file);
  if (document === undefined || document.stored.hash === stored.hash) return;
  if (document.text !== document.stored.text) void resolveConflict(file, stored);
  else if (document === current) setText(stored.text, 'Changed outside of the Studio', { stored });
}

/** Ends a conflict with a text of the person's choice, made from what lies on disk and what was drawn. */
export function settleConflict(stored: StoredText, text: string): void {
  useDocument.getState().setText(text, 'Settle a conflict', { stored });
}
