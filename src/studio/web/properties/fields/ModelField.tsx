import { Braces, Brain, CalendarX2, Eye, Wrench } from 'lucide-react';
import type { ComponentType, ReactNode } from 'react';

import type { Model } from '../../../../core/workflow/models/catalog.ts';
import { registry } from '../../../../core/workflow/nodes/registry.ts';
import type { NodeType } from '../../../../core/workflow/types.ts';
import { Switch } from '../controls.tsx';
import { useForm, type FieldProps } from '../formContext.ts';
import { askInNewNodes, useNewNodeModels } from '../newNodeModels.ts';
import { writeValue } from '../owner.ts';
import { Chooser } from './Chooser.tsx';
import { pageText } from '../../../../core/workflow/diagnostics/pageText.ts';
import { count } from '../../design/figures.ts';

/** Which model: from the provider's list, with what it costs and takes, or any name, as of a deployment. */
export function ModelField({ label, path, value, describedBy }: FieldProps): ReactNode {
  const { owner, provider, node } = useForm();
  const name = typeof value === 'string' ? value : '';
  const model = name === '' ? undefined : provider?.catalog.find(name);
  return (
    <Chooser
      label={label}
      value={name}
      describedBy={describedBy}
      line={model !== undefined && <ModelLine model={model} />}
      entries={(provider?.catalog.models ?? []).map((each) => ({
        value: each.name,
        cells: <ModelCells model={each} isChosen={each.name === name} />,
      }))}
      columns={columns}
      head={
        <>
          <span>Model</span>
          <span className="text-right">In / out, $ per M</span>
          <span className="text-right">Context</span>
          <span className="text-right">Output</span>
          <span>Takes</span>
          <span>Last day</span>
        </>
      }
      placeholder="Find a model, or type any name"
      nothing={`Which models ${provider?.name ?? 'the provider'} has is not known here: type the name by which it has one.`}
      other={(typed) => `Use “${typed}”, as of a deployment or a tuned model`}
      foot={node?.known !== undefined && path.length === 2 && <ForNewNodes type={node.known} model={name} />}
      onChoose={(chosen) => writeValue(owner, path, chosen)}
    />
  );
}

/** Whether nodes that are added from now on ask the same model. */
function ForNewNodes({ type, model }: { readonly type: NodeType; readonly model: string }): ReactNode {
  const chosen = useNewNodeModels(({ models }) => models[type]);
  const isOn = chosen === model && model !== '';
  return (
    <div className="border-t border-line px-3 py-1.5">
      <Switch
        label={`New ${registry[type].name} nodes ask ${model}`}
        isOn={isOn}
        onChange={(wanted) => askInNewNodes(type, wanted ? model : undefined)}
      >
        <span className="text-xs">
          New {registry[type].name} nodes ask <span className="font-mono">{pageText(model)}</span>
          {chosen !== undefined && !isOn && <span className="text-muted"> (now {chosen})</span>}
        </span>
      </Switch>
    </div>
  );
}

const columns = 'grid grid-cols-[minmax(0,1fr)_6.5rem_3.5rem_3.5rem_4.5rem_5.5rem] items-center gap-2';

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
  return tokens >= 10_000 ? `${Math.round(tokens / 1000)}k` : count(tokens);
}
