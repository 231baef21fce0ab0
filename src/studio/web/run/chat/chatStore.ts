import { create } from 'zustand';

import type { Json } from '../../../../core/workflow/index.ts';
import type { Drawing } from '../../../../core/workflow/edits/index.ts';
import type { ChatFields } from '../chatFields.ts';
import { leaveConnection } from '../connections.ts';
import { draftOf, setDraft } from '../requestDrafts.ts';
import { headersOf, useRequests } from '../requestStore.ts';
import { startRun, useRuns } from '../runStore.ts';
import { asObject } from '../shapes.ts';
import { wayFor } from '../trigger.ts';
import { withMember } from '../request/formModel.ts';
import { textOfAnswer } from './answerText.ts';

/** One question and the run that answers it. */
interface Turn {
  readonly key: string;
  readonly text: string;
  readonly input: Json;
  readonly run: string;
}

export interface Chat {
  readonly turns: readonly Turn[];
  /** The field that what is written goes into; undefined: the likeliest. */
  readonly field: string | undefined;
  readonly written: string;
}

interface ChatState {
  /** By file; kept as long as the page. */
  readonly chats: ReadonlyMap<string, Chat>;
}

export const emptyChat: Chat = { turns: [], field: undefined, written: '' };

export const useChats = create<ChatState>()(() => ({ chats: new Map() }));

export function changeChat(file: string, change: (chat: Chat) => Partial<Chat>): void {
  useChats.setState(({ chats }) => {
    const chat = chats.get(file) ?? emptyChat;
    return { chats: new Map(chats).set(file, { ...chat, ...change(chat) }) };
  });
}

interface Message {
  readonly file: string;
  readonly drawing: Drawing;
  readonly fields: ChatFields;
  readonly field: string;
  readonly text: string;
  /** How many of the turns so far stay: those before one that is asked anew. */
  readonly after: number;
}

/** Sends what was written, with the other fields as they are in the request view, and the turns so far where they are asked for. */
export async function send({ file, drawing, fields, field, text, after }: Message): Promise<void> {
  const draft = draftOf(useRequests.getState(), file, drawing);
  const turns = (useChats.getState().chats.get(file) ?? emptyChat).turns.slice(0, after);
  const filled = withMember(asObject(draft.input) ?? {}, field, text);
  const input = fields.history === undefined ? filled : withMember(filled, fields.history, messagesOf(turns));
  // What was sent last is what the next run takes, also from the canvas.
  setDraft(file, drawing, { input, unreadable: undefined });
  const way = wayFor(drawing, draft.way) === 'websocket' ? 'websocket' : 'http';
  await startRun({ input, headers: headersOf(draft), stream: true, way }, (run) => {
    const turn: Turn = { key: run, text, input, run };
    changeChat(file, ({ written }) => ({ turns: [...turns, turn], written: written === text ? '' : written }));
  });
}

/** Begins anew, also on a connection that would remember. */
export function clearChat(file: string): void {
  leaveConnection(file);
  changeChat(file, () => ({ turns: [] }));
}

/** Whether a run has answered to its end: what a connection remembers. */
export function isAnswered(run: string): boolean {
  return useRuns.getState().runs.get(run)?.state === 'done';
}

function messagesOf(turns: readonly Turn[]): Json {
  const { runs } = useRuns.getState();
  return turns.flatMap(({ text, run }) => {
    const answered = runs.get(run);
    const content = answered === undefined ? '' : textOfAnswer(answered);
    return [{ role: 'user', content: text }, ...(content === '' ? [] : [{ role: 'assistant', content }])];
  });
}
