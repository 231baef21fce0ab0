import { Cable, Play, Plus, Square, Terminal, X } from 'lucide-react';
import { useRef, useState, type ReactNode } from 'react';

import { curlLine } from '../../../core/curlLine.ts';
import { bodyOf, type RequestBody } from '../../../core/workflow/nodes/requestBody.ts';
import { waysOf, type AskedWay } from '../../../core/workflow/servedWays.ts';
import { pageText } from '../../../core/workflow/diagnostics/pageText.ts';
import { misfit } from '../../../core/workflow/schemaFit.ts';
import { runCommand } from '../commands/registry.ts';
import { Button, IconButton } from '../design/Button.tsx';
import { EmptyState } from '../design/EmptyState.tsx';
import { useDocument, type OpenDocument } from '../document/documentStore.ts';
import { chatFields } from './chatFields.ts';
import { leaveConnection, useHasConnection } from './connections.ts';
import { CopyButton } from './CopyButton.tsx';
import { area, field } from '../design/fields.ts';
import { jsonOrWhy } from './jsonText.ts';
import { draftOf, setDraft } from './requestDrafts.ts';
import { headersOf, useRequests, type Draft } from './requestStore.ts';
import { ResponseView } from './request/ResponseView.tsx';
import { SavedRequests } from './request/SavedRequests.tsx';
import { socketLines } from './request/socketLines.ts';
import { SchemaForm } from './request/SchemaForm.tsx';
import { useIsRunning } from './runStore.ts';
import { asObject } from './shapes.ts';
import { triggerOf, wayFor, type Trigger } from './trigger.ts';
import { spelled } from '../design/spelled.ts';

/** Where `catalyst dev` serves, and a built project by its README. */
const serviceUrl = 'http://127.0.0.1:8000';

/** A request as a program would send it, and the answer as it would get it. */
export function RequestPanel(): ReactNode {
  const document = useDocument((state) => state.current);
  const trigger = document === undefined ? undefined : triggerOf(document.drawing);
  const answer = useRef<HTMLDivElement>(null);
  if (document === undefined) return null;
  if (trigger === undefined)
    return (
      <EmptyState icon={Terminal} title="There is nothing to send a request to">
        The workflow needs an HTTP endpoint whose fields are sound.
      </EmptyState>
    );
  return (
    <div className="@container h-full overflow-auto">
      <div className="grid h-full min-h-0 grid-cols-2 @max-2xl:h-auto @max-2xl:grid-cols-1">
        <Request
          document={document}
          trigger={trigger}
          onSend={() => answer.current?.scrollIntoView({ block: 'nearest' })}
        />
        <div
          ref={answer}
          className="min-h-0 min-w-0 border-l border-line @max-2xl:h-72 @max-2xl:border-t @max-2xl:border-l-0"
        >
          <ResponseView />
        </div>
      </div>
    </div>
  );
}

interface RequestProps {
  readonly document: OpenDocument;
  readonly trigger: Trigger;
  /** Told when it is sent. */
  readonly onSend: () => void;
}

function Request({ document, trigger, onSend }: RequestProps): ReactNode {
  const { file, drawing } = document;
  const draft = useRequests((state) => draftOf(state, file, drawing));
  const isRunning = useIsRunning();
  const change = (changes: Partial<Draft>): void => setDraft(file, drawing, changes);
  const way = wayFor(drawing, draft.way);
  // What the connection remembers is not for who asks to tell.
  const unsaid =
    way === 'websocket' && trigger.remembers === true ? [chatFields(trigger.inputSchema).history ?? ''] : [];
  const problem = misfit(draft.input, trigger.inputSchema);
  const curl = (): string =>
    curlLine(
      serviceUrl,
      draft.isStreamed ? trigger : { ...trigger, stream: 'never' },
      asObject(draft.input) ?? {},
      headersOf(draft),
    );
  const send = (): void => {
    const why = runCommand(isRunning ? 'stop' : 'run');
    if (why !== undefined) useDocument.getState().refuse(why);
    else if (!isRunning) onSend();
  };
  return (
    <section aria-label="Request" className="flex min-h-0 min-w-0 flex-col">
      <div className="flex h-9 shrink-0 items-center gap-2 border-b border-line px-2 text-xs">
        <Way trigger={trigger} way={way} onChange={change} />
        <span className="grow" />
        {way !== 'mcp' && way !== 'websocket' && <Streaming draft={draft} trigger={trigger} onChange={change} />}
        {way === 'websocket' && (
          <CopyButton
            label="Copy as JavaScript that asks over the WebSocket, for a service on port 8000"
            icon={Cable}
            text={() => socketLines(serviceUrl, trigger.path, draft.input)}
          />
        )}
        {way === 'http' && <CopyButton label="Copy as a curl line, for a service on port 8000" text={curl} />}
        <Button
          className="w-20 justify-center"
          look={isRunning ? 'danger' : 'primary'}
          icon={isRunning ? Square : Play}
          onClick={send}
        >
          {isRunning ? 'Stop' : 'Send'}
        </Button>
      </div>
      {way === 'websocket' && <Connection file={file} remembers={trigger.remembers === true} />}
      {way === 'http' && trigger.isSocket === true && (
        <p className="border-b border-line px-3 py-1.5 text-2xs text-muted">
          A request hears the same events as a WebSocket. What a connection would remember goes along in the input.
        </p>
      )}
      <SavedRequests file={file} drawing={drawing} draft={draft} />
      <div className="flex min-h-0 grow flex-col gap-4 overflow-auto p-3">
        <Body trigger={trigger} draft={draft} problem={problem} unsaid={unsaid} onChange={change} />
        <Headers draft={draft} onChange={change} />
      </div>
    </section>
  );
}

/** What the messages go over, and whether it remembers them. */
function Connection({ file, remembers }: { readonly file: string; readonly remembers: boolean }): ReactNode {
  const isOpen = useHasConnection(file);
  return (
    <div className="flex min-h-8 items-center gap-2 border-b border-line px-3 text-2xs text-muted">
      <p className="grow">
        {isOpen
          ? `Runs go over one WebSocket${remembers ? ', which remembers what was said on it' : ''}.`
          : 'The next run opens a WebSocket.'}
      </p>
      {isOpen && (
        <Button look="quiet" icon={Cable} onClick={() => leaveConnection(file)}>
          New connection
        </Button>
      )}
    </div>
  );
}

interface WayProps {
  readonly trigger: Trigger;
  readonly way: AskedWay;
  readonly onChange: (changes: Partial<Draft>) => void;
}

/** Where the request goes, and as what the workflow is asked where it can be asked as several things. */
function Way({ trigger, way, onChange }: WayProps): ReactNode {
  const ways = waysOf(trigger);
  const places: Readonly<Record<AskedWay, string>> = {
    websocket: `WebSocket ${trigger.path}`,
    http: `${trigger.method} ${trigger.path}`,
    openai: `OpenAI model ${trigger.openai?.model ?? ''}`,
    mcp: `MCP tool ${trigger.mcp?.tool ?? ''}`,
  };
  if (ways.length === 1)
    return (
      <code className="min-w-0 truncate font-semibold" title={pageText(places.http)}>
        <span className="text-accent">{trigger.method}</span> {pageText(trigger.path)}
      </code>
    );
  return (
    <select
      aria-label="Asked as"
      className={`${field} min-w-0 truncate font-semibold`}
      value={way}
      onChange={({ target }) => onChange({ way: ways.find((each) => each === target.value) })}
    >
      {ways.map((each) => (
        <option key={each} value={each}>
          {pageText(places[each])}
        </option>
      ))}
    </select>
  );
}

interface PartProps {
  readonly draft: Draft;
  readonly onChange: (changes: Partial<Draft>) => void;
}

function Streaming({ draft, trigger, onChange }: PartProps & { readonly trigger: Trigger }): ReactNode {
  if (trigger.stream !== 'auto')
    return (
      <span className="text-2xs text-muted">
        {trigger.stream === 'always' ? 'always streamed' : 'answered in one piece'}
      </span>
    );
  return (
    <label className="flex shrink-0 items-center gap-1.5">
      <input
        type="checkbox"
        className="accent-accent"
        checked={draft.isStreamed}
        onChange={({ target }) => onChange({ isStreamed: target.checked })}
      />
      Stream
    </label>
  );
}

const bodyNames: Readonly<Record<RequestBody, string>> = {
  json: 'Body',
  form: 'Form',
  multipart: 'Form with files',
  query: 'Query',
};

interface BodyProps extends PartProps {
  readonly trigger: Trigger;
  readonly problem: string | undefined;
  /** Fields that are not sent. */
  readonly unsaid: readonly string[];
}

function Body({ trigger, draft, problem, unsaid, onChange }: BodyProps): ReactNode {
  const [asJson, setAsJson] = useState(false);
  const isJson = asJson || draft.unreadable !== undefined;
  return (
    <div className="flex flex-col gap-2">
      <div className="flex items-center gap-2 text-xs">
        <h3 className="font-semibold">{bodyNames[bodyOf(trigger)]}</h3>
        <div role="group" aria-label="How it is written" className="flex rounded-control bg-sunken p-0.5">
          {([false, true] as const).map((each) => (
            <button
              key={String(each)}
              type="button"
              aria-pressed={isJson === each}
              disabled={draft.unreadable !== undefined && !each}
              className={`rounded-[4px] px-2 text-2xs leading-5 ${isJson === each ? 'bg-raised text-ink shadow-raised' : 'text-muted'}`}
              onClick={() => setAsJson(each)}
            >
              {each ? 'JSON' : 'Form'}
            </button>
          ))}
        </div>
        {problem !== undefined && draft.unreadable === undefined && (
          <span className="min-w-0 truncate text-2xs text-warning" title={pageText(problem)}>
            The service will refuse it: {pageText(problem)}
          </span>
        )}
      </div>
      {isJson ? (
        <JsonBody draft={draft} onChange={onChange} />
      ) : (
        <SchemaForm
          schema={trigger.inputSchema}
          value={draft.input}
          without={unsaid}
          onChange={(input) => onChange({ input })}
        />
      )}
    </div>
  );
}

function JsonBody({ draft, onChange }: PartProps): ReactNode {
  const [typed, setTyped] = useState<string>();
  const text = draft.unreadable ?? typed ?? JSON.stringify(draft.input, null, 2);
  const read = jsonOrWhy(text);
  return (
    <>
      <textarea
        aria-label="The input as JSON"
        aria-invalid={'why' in read}
        spellCheck={false}
        className={`${area} field-sizing-content min-h-28 w-full resize-y font-mono`}
        value={text}
        onChange={({ target }) => {
          const next = jsonOrWhy(target.value);
          setTyped(target.value);
          onChange('value' in next ? { input: next.value, unreadable: undefined } : { unreadable: target.value });
        }}
        onBlur={() => setTyped(undefined)}
      />
      {'why' in read && (
        <p role="status" className="text-2xs text-danger">
          {read.why}
        </p>
      )}
    </>
  );
}

function Headers({ draft: { headers }, onChange }: PartProps): ReactNode {
  const set = (index: number, header: readonly [string, string]): void =>
    onChange({ headers: headers.with(index, header) });
  return (
    <div className="flex flex-col gap-1.5 text-xs">
      <h3 className="font-semibold">Headers</h3>
      {headers.map(([name, value], index) => (
        <div key={index} className="flex gap-1.5">
          <input
            aria-label={`Name of header ${index + 1}`}
            className={`${field} w-40`}
            placeholder="name"
            {...spelled(name, (text) => set(index, [text, value]))}
          />
          <input
            aria-label={`Value of header ${index + 1}`}
            className={`${field} grow`}
            placeholder="value"
            {...spelled(value, (text) => set(index, [name, text]))}
          />
          <IconButton
            icon={X}
            label={`Remove header ${index + 1}`}

            onClick={() => onChange({ headers: headers.toSpliced(index, 1) })}
          />
        </div>
      ))}
      <Button
        look="quiet"
        icon={Plus}
        className="self-start"
        onClick={() => onChange({ headers: [...headers, ['', '']] })}
      >
        Add a header
      </Button>
    </div>
  );
}
