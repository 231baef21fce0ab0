import * as z from 'zod';

import { useStudio } from '../api/studioStore.ts';
import { editionSchema } from '../../protocol/index.ts';
import type { OpenDocument, Sent } from './documentStore.ts';
import type { Step } from './steps.ts';

const stepSchema = z.object({
  title: z.string(),
  start: z.int(),
  removed: z.string(),
  inserted: z.string(),
  selectedBefore: z.array(z.string()),
  selectedAfter: z.array(z.string()),
  mergeKey: z.string().optional(),
  at: z.number(),
});

const journalSchema = z.object({
  /** What was not saved, and what lay on disk then; absent where everything was. */
  unsaved: z.object({ text: z.string(), base: z.string(), edition: editionSchema }).optional(),
  /** The hash of what lay on disk. */
  base: z.string(),
  undo: z.array(stepSchema),
  redo: z.array(stepSchema),
});

/** A text that is not saved. */
interface Unsaved extends Sent {
  /** What lay on disk. */
  readonly base: string;
  readonly sent?: Sent | undefined;
}

/** What a page would lose with a reload, a crash of its tab, or a Studio that has ended: steps, and a text that is not saved. */
export interface Journal {
  readonly unsaved?: Unsaved | undefined;
  readonly base: string;
  readonly undo: readonly Step[];
  readonly redo: readonly Step[];
}

const mostCharacters = 2_000_000;
/** Folders that are opened one after the other have the same address, and may have files of the same name. */
const keyOf = (path: string): string => `catalyst-steps:${useStudio.getState().studio?.folderId ?? ''}:${path}`;

const sentSchema = z.object({ text: z.string(), edition: editionSchema });
const unsavedSchema = sentSchema.extend({ base: z.string(), hash: z.string(), sent: sentSchema.optional() });
const unsavedKeyOf = (path: string): string => keyOf(path).replace('steps', 'unsaved');

/** To keep such a text takes a fraction of a millisecond; what is larger is kept with its steps. */
const mostUnsavedCharacters = 100_000;

/** Keeps a text that is not saved, at once and without its steps: a page may be gone with the next moment. */
export function keepUnsaved({ path, text, edition, stored, sent }: OpenDocument): void {
  try {
    if (text === stored.text || text.length > mostUnsavedCharacters) localStorage.removeItem(unsavedKeyOf(path));
    else
      localStorage.setItem(
        unsavedKeyOf(path),
        JSON.stringify({ text, edition, base: stored.text, hash: stored.hash, sent }),
      );
  } catch {
    // The browser keeps no more: the text is on its way to the disk.
  }
}

/** Keeps a file's steps in the browser; the oldest go where they would take too much. */
export function keepJournal({ path, text, edition, stored, undo, redo }: OpenDocument): void {
  let kept = undo;
  for (;;) {
    const unsaved = text === stored.text ? undefined : { text, edition, base: stored.text };
    const journal = JSON.stringify({ unsaved, base: stored.hash, undo: kept, redo } satisfies Journal);
    if (journal.length <= mostCharacters || kept.length === 0) {
      try {
        localStorage.setItem(keyOf(path), journal);
        return;
      } catch {
        // The browser keeps no more. What is saved is safe on disk; of what is not, the steps are a comfort.
        localStorage.removeItem(keyOf(path));
        if (unsaved === undefined || kept.length === 0) return;
      }
    }
    kept = kept.slice(Math.ceil(kept.length / 2));
  }
}

/** What was kept of a file, if it can be read. A text that is newer than the steps is without them. */
export function readJournal(path: string): Journal | undefined {
  const [journal, unsaved] = [readSteps(path), readUnsaved(path)];
  if (unsaved === undefined) return journal;
  const { hash, ...texts } = unsaved;
  const { undo, redo } = unsaved.text === journal?.unsaved?.text ? journal : { undo: [], redo: [] };
  return { unsaved: texts, base: hash, undo, redo };
}

function readUnsaved(path: string): z.output<typeof unsavedSchema> | undefined {
  try {
    return unsavedSchema.safeParse(JSON.parse(localStorage.getItem(unsavedKeyOf(path)) ?? 'null')).data;
  } catch {
    return undefined;
  }
}

function readSteps(path: string): Journal | undefined {
  try {
    const parsed = journalSchema.safeParse(JSON.parse(localStorage.getItem(keyOf(path)) ?? 'null'));
    if (!parsed.success) return undefined;
    const steps = (of: z.output<typeof stepSchema>[]): Step[] => of.map((step) => ({ mergeKey: undefined, ...step }));
    return { ...parsed.data, undo: steps(parsed.data.undo), redo: steps(parsed.data.redo) };
  } catch {
    return undefined;
  }
}
