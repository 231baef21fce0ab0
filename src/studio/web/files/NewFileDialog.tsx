import { useId, useState, type FormEvent, type ReactNode } from 'react';

import { isWorkflowName } from '../../../core/workflow/index.ts';
import { newWorkflowText } from '../../../core/workflow/edits/index.ts';
import { useStudio } from '../api/studioStore.ts';
import { Button } from '../design/Button.tsx';
import { Dialog } from '../design/Dialog.tsx';
import { area, field } from '../design/fields.ts';
import { Labelled } from '../design/Labelled.tsx';
import { closeFileDialog, useFileDialog } from './dialogStore.ts';
import { createFile } from './createFile.ts';

const empty = '';
const pasted = ' pasted';

/** A new workflow: the smallest that works, a copy of an example, or a text from the clipboard. */
export function NewFileDialog(): ReactNode {
  const isOpen = useFileDialog(({ open }) => open === 'new');
  const id = useId();
  return (
    <Dialog
      title="New workflow"
      isOpen={isOpen}
      onClose={closeFileDialog}
      size="medium"
      footer={
        <>
          <Button onClick={closeFileDialog}>Cancel</Button>
          <Button look="primary" type="submit" form={id}>
            Create
          </Button>
        </>
      }
    >
      {isOpen && <NewFileForm id={id} />}
    </Dialog>
  );
}

function NewFileForm({ id }: { readonly id: string }): ReactNode {
  const examples = useStudio((state) => state.studio?.examples) ?? [];
  const [name, setName] = useState('my-workflow');
  const [from, setFrom] = useState(empty);
  const [text, setText] = useState('');
  const [why, setWhy] = useState<string>();
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (!isWorkflowName(name)) return setWhy('A name has lower-case letters, digits, - and _, such as my-bot.');
    const source = from === empty ? { text: newWorkflowText(name) } : from === pasted ? { text } : { example: from };
    setWhy(await createFile({ name, ...source }));
  };
  return (
    <form id={id} onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
      <Labelled title="Name">
        <input
          value={name}
          autoFocus
          onFocus={(event) => event.target.select()}
          onChange={(event) => setName(event.target.value)}
          aria-invalid={why !== undefined}
          className={field}
        />
      </Labelled>
      {why !== undefined && (
        <p role="alert" className="text-danger">
          {why}
        </p>
      )}
      <fieldset className="min-w-0">
        <legend className="text-xs font-medium">Begin with</legend>
        <div className="mt-1 flex flex-col">
          <Choice
            value={empty}
            title="An endpoint and a response"
            note="The smallest that works"
            from={from}
            onFrom={setFrom}
          />
          {examples.map((example) => (
            <Choice
              key={example.name}
              value={example.name}
              title={example.name}
              note={example.description}
              from={from}
              onFrom={setFrom}
            />
          ))}
          <Choice
            value={pasted}
            title="JSON from elsewhere"
            note="The text of a workflow file"
            from={from}
            onFrom={setFrom}
          />
        </div>
      </fieldset>
      {from === pasted && (
        <Labelled title="Text">
          <textarea
            value={text}
            rows={8}
            spellCheck={false}
            onChange={(event) => setText(event.target.value)}
            className={`${area} font-mono`}
          />
        </Labelled>
      )}
    </form>
  );
}

interface ChoiceProps {
  readonly value: string;
  readonly title: string;
  readonly note: string;
  readonly from: string;
  readonly onFrom: (value: string) => void;
}

function Choice({ value, title, note, from, onFrom }: ChoiceProps): ReactNode {
  return (
    <label className="flex items-baseline gap-2 rounded-control px-2 py-1.5 hover:bg-sunken has-checked:bg-accent-soft">
      <input type="radio" name="from" value={value} checked={from === value} onChange={() => onFrom(value)} />
      <span className="shrink-0 font-medium">{title}</span>
      <span className="truncate text-xs text-muted">{note}</span>
    </label>
  );
}
