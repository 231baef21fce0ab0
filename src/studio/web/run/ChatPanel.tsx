import { Eraser, MessageSquare } from 'lucide-react';
import type { ReactNode } from 'react';

import { controlOf } from './request/formModel.ts';
import { IconButton } from '../design/Button.tsx';
import { EmptyState } from '../design/EmptyState.tsx';
import { useDocument, type OpenDocument } from '../document/documentStore.ts';
import { chatFields, type ChatFields } from './chatFields.ts';
import { changeChat, clearChat, emptyChat, isAnswered, send, useChats } from './chat/chatStore.ts';
import { ChatAnswer } from './chat/ChatAnswer.tsx';
import { Composer } from './chat/Composer.tsx';
import { OtherFields } from './chat/OtherFields.tsx';
import { PlainRun } from './chat/PlainRun.tsx';
import { Question } from './chat/Question.tsx';
import { useStickToEnd } from './chat/useStickToEnd.ts';
import { field as fieldLook } from '../design/fields.ts';
import { stopShown, useIsRunning } from './runStore.ts';
import { useRequests } from './requestStore.ts';
import { triggerOf, wayFor, type Trigger } from './trigger.ts';

/** Talks with the workflow where its input has a field for a text; shows what it gives for a form of its input otherwise. */
export function ChatPanel(): ReactNode {
  const document = useDocument((state) => state.current);
  const trigger = document === undefined ? undefined : triggerOf(document.drawing);
  if (document === undefined) return null;
  if (trigger === undefined)
    return (
      <EmptyState icon={MessageSquare} title="There is nothing to talk to yet">
        The workflow needs an HTTP endpoint whose fields are sound.
      </EmptyState>
    );
  const fields = chatFields(trigger.inputSchema);
  return fields.texts.length === 0 ? (
    <PlainRun key={document.file} document={document} trigger={trigger} />
  ) : (
    <Conversation key={document.file} document={document} trigger={trigger} fields={fields} />
  );
}

interface ConversationProps {
  readonly document: OpenDocument;
  readonly trigger: Trigger;
  readonly fields: ChatFields;
}

function Conversation({ document, trigger, fields }: ConversationProps): ReactNode {
  const { file, drawing } = document;
  const { turns, field: chosen, written } = useChats(({ chats }) => chats.get(file)) ?? emptyChat;
  const isRunning = useIsRunning();
  const { scroller, content } = useStickToEnd();
  const field = chosen !== undefined && fields.texts.includes(chosen) ? chosen : (fields.texts[0] ?? '');
  const way = wayFor(
    drawing,
    useRequests(({ drafts }) => drafts.get(file)?.way),
  );
  const isRemembered = way === 'websocket' && trigger.remembers === true;
  const ask = (text: string, at: number): void => {
    // What a connection remembers cannot be taken back: it is asked once more, as its callers would.
    const isLast = at === turns.length - 1;
    const isToldOf = isRemembered && !(isLast && !isAnswered(turns[at]?.run ?? ''));
    void send({ file, drawing, fields, field, text, after: isToldOf ? turns.length : at });
  };
  const taken = [field, ...(fields.history === undefined ? [] : [fields.history])];
  const control = controlOf(trigger.inputSchema);
  const hasOthers = control.kind === 'object' && control.fields.some(({ name }) => !taken.includes(name));
  return (
    <div className="flex h-full min-h-0 flex-col">
      {hasOthers && <OtherFields file={file} drawing={drawing} trigger={trigger} without={taken} />}
      <div
        ref={scroller}
        tabIndex={0}
        role="group"
        aria-label="The conversation"
        className="min-h-0 grow overflow-auto"
      >
        <div ref={content} className="mx-auto flex min-h-full max-w-4xl flex-col justify-end gap-4 px-4 py-3">
          {turns.length === 0 && (
            <div className="grid grow place-items-center">
              <EmptyState icon={MessageSquare} title="Say something to the workflow">
                {isRemembered
                  ? 'It goes over one WebSocket, which remembers what was said on it.'
                  : fields.history === undefined
                    ? 'Each message is a run of its own: the input of this workflow has no field for earlier messages.'
                    : `Earlier messages go along in \`${fields.history}\`.`}
              </EmptyState>
            </div>
          )}
          {turns.map(({ key, text, run }, index) => (
            <div key={key} className="flex flex-col gap-2">
              <Question text={text} onResend={(next) => ask(next, index)} />
              <ChatAnswer
                run={run}
                onRetry={index === turns.length - 1 && !isRunning ? () => ask(text, index) : undefined}
              />
            </div>
          ))}
        </div>
      </div>
      <Composer
        label={`Message, for the field ${field}`}
        placeholder={exampleText(trigger, field) ?? `What goes into \`${field}\``}
        text={written}
        isRunning={isRunning}
        onText={(text) => changeChat(file, () => ({ written: text }))}
        onSend={(text) => ask(text, turns.length)}
        onStop={() => stopShown(file)}
      >
        {turns.length > 0 && !isRunning && (
          <IconButton icon={Eraser} label="Begin a new conversation" onClick={() => clearChat(file)} />
        )}
        {fields.texts.length > 1 && (
          <select
            aria-label="The field that is written to"
            className={`${fieldLook} h-8 max-w-32`}
            value={field}
            onChange={({ target }) => changeChat(file, () => ({ field: target.value }))}
          >
            {fields.texts.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        )}
      </Composer>
    </div>
  );
}

function exampleText({ inputSchema }: Trigger, field: string): string | undefined {
  const example = inputSchema.properties?.[field]?.examples?.[0];
  return typeof example === 'string' ? example : undefined;
}
