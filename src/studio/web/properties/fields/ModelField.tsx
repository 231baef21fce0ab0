import { Command } from 'cmdk';
import { Braces, Brain, CalendarX2, ChevronsUpDown, Eye, Wrench } from 'lucide-react';
import { Popover } from 'radix-ui';
import { useState, type ComponentType, type ReactNode } from 'react';

import type { Model } from '../../../../core/workflow/models/catalog.ts';
import { inputLook } from '../controls.tsx';
import { ranked } from '../AddMenu.tsx';
import { useForm, type FieldProps } from '../formContext.ts';
import { shown } from '../model/limits.ts';
import { writeValue } from '../owner.ts';

/** Which model: from the provider's list, with what it costs and takes, or any name, as of a deployment. */
export function ModelField({ label, path, value, describedBy }: FieldProps): ReactNode {
  const { owner, provider } = useForm();
  const [isOpen, setIsOpen] = useState(false);
  const [wanted, setWanted] = useState('');
  const name = typeof value === 'string' ? value : '';
  const models = provider?.catalog.models ?? [];
  const model = name === '' ? undefined : provider?.catalog.find(name);
  const take = (chosen: string): void => {
    setIsOpen(false);
    setWanted('');
    if (chosen !== name) writeValue(owner, path, chosen);
  };
  const typed = wanted.trim();
  return (
    <Popover.Root open={isOpen} onOpenChange={setIsOpen}>
      <Popover.Trigger asChild>
        <button
          type="button"
          aria-describedby={describedBy}
          className={`${inputLook} flex h-auto! min-h-8 items-center gap-2 py-1 text-left`}
        >
          <span className="min-w-0 grow">
            <span className="sr-only">{label}: </span>
            <span className={`block truncate ${name === '' ? 'text-faint' : ''}`}>
              {name === '' ? 'Not set' : name}
            </span>
            {model !== undefined && <ModelLine model={model} />}
          </span>
          <ChevronsUpDown size={14} aria-hidden className="shrink-0 text-muted" />
        </button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="end"
          sideOffset={4}
          collisionPadding={8}
          aria-label={`Choose ${label.toLowerCase()}`}
          className="z-50 w-[38rem] max-w-[calc(100vw-1rem)] rounded-card border border-line bg-raised shadow-overlay"
        >
          <Command loop label="Models" defaultValue={name} filter={ranked}>
            <Command.Input
              autoFocus
              value={wanted}
              onValueChange={setWanted}
              placeholder="Find a model, or type any name"
              className="h-9 w-full border-b border-line bg-transparent px-3 text-sm outline-none placeholder:text-faint"
            />
            <div aria-hidden className={`${columns} px-3 pt-2 pb-1 text-2xs text-muted`}>
              <span>Model</span>
              <span className="text-right">In / out, $ per M</span>
              <span className="text-right">Context</span>
              <span className="text-right">Output</span>
              <span>Takes</span>
              <span>Last day</span>
            </div>
            <Command.List className="max-h-[min(24rem,calc(var(--radix-popover-content-available-height)-5rem))] overflow-auto p-1">
              {models.map((each) => (
                <Command.Item
                  key={each.name}
                  value={each.name}
                  onSelect={() => take(each.name)}
                  className={`${columns} ${row}`}
                >
                  <ModelCells model={each} isChosen={each.name === name} />
                </Command.Item>
              ))}
              {typed !== '' && !models.some((each) => each.name === typed) && (
                <Command.Item forceMount value={`use ${typed}`} onSelect={() => take(typed)} className={`${row} block`}>
                  Use “{typed}”, as of a deployment or a tuned model
                </Command.Item>
              )}
            </Command.List>
          </Command>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

const columns = 'grid grid-cols-[minmax(0,1fr)_6.5rem_3.5rem_3.5rem_4.5rem_5.5rem] items-center gap-2';
const row = 'cursor-default rounded-control px-2 py-1 text-xs data-[selected=true]:bg-accent-soft';

function ModelLine({ model }: { readonly model: Model }): ReactNode {
  const { status, shutdownDate } = model;
  const last =
    shutdownDate === null ? undefined : status === 'retired' ? `retired ${shutdownDate}` : `until ${shutdownDate}`;
  const facts = [priceText(model), `${tokensText(model.contextWindow)} context`].filter((each) => each !== undefined);
  return (
    <span className="block truncate text-2xs text-muted">
      {facts.join(' · ')}
      {last !== undefined && <span className={status === 'retired' ? 'text-danger' : 'text-warning'}> · {last}</span>}
    </span>
  );
}

function ModelCells({ model, isChosen }: { readonly model: Model; readonly isChosen: boolean }): ReactNode {
  const { name, status, prices, contextWindow, maxOutput, shutdownDate } = model;
  const isGone = status === 'retired' || status === 'unavailable';
  return (
    <>
      <span className={`truncate ${isChosen ? 'font-semibold' : ''} ${isGone ? 'text-muted line-through' : ''}`}>
        {name}
      </span>
      <span className="text-right tabular-nums">{prices === null ? '–' : `${prices.input} / ${prices.output}`}</span>
      <span className="text-right tabular-nums">{tokensText(contextWindow)}</span>
      <span className="text-right tabular-nums">{tokensText(maxOutput)}</span>
      <span className="flex gap-1">
        <Taken icon={Wrench} name="tools" isTaken={model.tools} />
        <Taken icon={Eye} name="images" isTaken={model.vision} />
        <Taken icon={Brain} name="reasoning" isTaken={model.reasoningEfforts.length > 0} />
        <Taken icon={Braces} name="JSON Schema" isTaken={model.jsonSchema} />
      </span>
      <span
        className={`flex items-center gap-1 tabular-nums ${status === 'current' ? 'text-muted' : isGone ? 'text-danger' : 'text-warning'}`}
      >
        {shutdownDate !== null && <CalendarX2 size={12} aria-hidden />}
        {shutdownDate ?? (status === 'unavailable' ? 'not served' : '')}
      </span>
    </>
  );
}

interface TakenProps {
  readonly icon: ComponentType<{ readonly size?: number; readonly 'aria-label'?: string }>;
  readonly name: string;
  readonly isTaken: boolean;
}

function Taken({ icon: Icon, name, isTaken }: TakenProps): ReactNode {
  return (
    <span
      title={`${isTaken ? 'Takes' : 'Does not take'} ${name}`}
      className={isTaken ? 'text-ink' : 'text-line-strong'}
    >
      <Icon size={12} aria-label={isTaken ? name : `no ${name}`} />
    </span>
  );
}

function priceText({ prices }: Model): string | undefined {
  return prices === null ? undefined : `$${prices.input} in, $${prices.output} out per M`;
}

/** "1.05M", "128k": a number of tokens. */
function tokensText(tokens: number): string {
  if (tokens >= 1_000_000) return `${Number((tokens / 1_000_000).toFixed(2))}M`;
  return tokens >= 10_000 ? `${Math.round(tokens / 1000)}k` : shown(tokens);
}
