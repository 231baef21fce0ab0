import { nodeIcons } from 'virtual:node-icons';
import { CircleCheck, TriangleAlert } from 'lucide-react';
import { useMemo, useState, type ReactNode } from 'react';

import {
  changeProvider,
  choiceOf,
  providerChoices,
  routerChoice,
  type AskingChoice,
  type ChangedProvider,
} from '../../../../core/workflow/edits/index.ts';
import { registry } from '../../../../core/workflow/nodes/registry.ts';
import { Button } from '../../design/Button.tsx';
import { Dialog } from '../../design/Dialog.tsx';
import { useDocument } from '../../document/documentStore.ts';
import { titleOf } from '../model/field.ts';
import { openProviderDialog, useProviderDialog } from './providerDialog.ts';

const groups: readonly { readonly title: string; readonly choices: readonly AskingChoice[] }[] = [
  { title: 'Providers', choices: providerChoices.filter(({ server }) => server === undefined) },
  {
    title: 'Servers that speak Chat Completions',
    choices: providerChoices.filter(({ server }) => server !== undefined),
  },
  { title: 'Several, one after the other or by conditions', choices: [routerChoice] },
];

/** Whom a node asks from now on, and what of its config has no equal there; shown before it is done. */
export function ChangeProviderDialog(): ReactNode {
  const id = useProviderDialog(({ node }) => node);
  const text = useDocument(({ current }) => current?.text) ?? '';
  const node = useDocument(({ current }) => current?.drawing.nodes.find((each) => each.id === id));
  const [chosen, setChosen] = useState<AskingChoice>();
  const result = useMemo(
    () => (chosen === undefined || id === undefined ? undefined : changeProvider(text, id, chosen.type, chosen.server)),
    [text, id, chosen],
  );
  const close = (): void => openProviderDialog(undefined);
  if (node === undefined || id === undefined) return null;
  const now = node.known === routerChoice.type ? routerChoice : choiceOf(node);
  return (
    <Dialog
      isOpen
      onClose={close}
      size="medium"
      title={`Change the provider of ${id}`}
      description="Messages, tools, formats and limits go along. Edges and what reads the node stay as they are."
      footer={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button
            look="primary"
            disabled={result?.ok !== true}
            onClick={() => {
              if (result !== undefined) useDocument.getState().apply(result);
              close();
            }}
          >
            {chosen === undefined ? 'Change' : chosen === routerChoice ? 'Make it a router' : `Ask ${chosen.name}`}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        {groups.map(({ title, choices }) => (
          <fieldset key={title}>
            <legend className="mb-1.5 text-xs font-semibold text-muted">{title}</legend>
            <div className="grid grid-cols-2 gap-1.5 sm:grid-cols-4">
              {choices.map((choice) => (
                <Choice
                  key={choice.id}
                  choice={choice}
                  isNow={choice === now}
                  isChosen={choice === chosen}
                  onChoose={() => setChosen(choice)}
                />
              ))}
            </div>
          </fieldset>
        ))}
        <div aria-live="polite" className="min-h-16 text-xs">
          {result !== undefined && (
            <Outcome result={result} before={node.config['model']} isRouter={chosen === routerChoice} />
          )}
        </div>
      </div>
    </Dialog>
  );
}

interface ChoiceProps {
  readonly choice: AskingChoice;
  readonly isNow: boolean;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}

function Choice({ choice: { name, type }, isNow, isChosen, onChoose }: ChoiceProps): ReactNode {
  const { icon, color } = registry[type];
  const Icon = nodeIcons[icon];
  return (
    <label
      className={`flex h-9 min-w-0 items-center gap-2 rounded-control border px-2 text-xs has-focus-visible:outline-2 has-focus-visible:outline-accent ${isChosen ? 'border-accent bg-accent-soft' : 'border-line'} ${isNow ? 'text-muted' : 'cursor-pointer hover:bg-sunken'}`}
    >
      <input type="radio" name="provider" className="sr-only" checked={isChosen} disabled={isNow} onChange={onChoose} />
      <span className={`grid size-5 shrink-0 place-items-center rounded text-white ${color}`}>
        {Icon !== undefined && <Icon size={12} aria-hidden />}
      </span>
      <span className="truncate">{name}</span>
      {isNow && <span className="ml-auto text-2xs">now</span>}
    </label>
  );
}

interface OutcomeProps {
  readonly result: ChangedProvider;
  readonly before: unknown;
  readonly isRouter: boolean;
}

function Outcome({ result, before, isRouter }: OutcomeProps): ReactNode {
  if (!result.ok) return <p className="text-danger">{result.reason}</p>;
  const { model, isModelKnown } = result;
  return (
    <div className="flex flex-col gap-2">
      <p>
        {isRouter ? 'Its first route asks ' : model === before ? 'The model stays ' : 'The model becomes '}
        <span className="font-mono">{model}</span>.
        {!isModelKnown && ' Whether there is one of that name is not known here.'}
      </p>
      {result.lost.length === 0 ? (
        <p className="flex items-center gap-1.5 text-success">
          <CircleCheck size={14} aria-hidden /> Nothing is lost.
        </p>
      ) : (
        <>
          <p className="flex items-center gap-1.5 text-warning">
            <TriangleAlert size={14} aria-hidden /> Left out, as it has no equal there:
          </p>
          <ul className="ml-5 list-disc space-y-0.5">
            {result.lost.map(({ key, why }) => (
              <li key={key}>
                <span className="font-medium">{titleOf(key)}</span>: <span className="text-muted">{why}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}
