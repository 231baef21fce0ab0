import { nodeIcons } from 'virtual:node-icons';
import { ArrowLeftRight, Power, PowerOff } from 'lucide-react';
import { useMemo, useState, type ReactNode } from 'react';

import { canAskOthers, setDisabled, type DrawnEdge, type DrawnNode } from '../../../core/workflow/edits/index.ts';
import { registry, type JsonPath, type NodeDefinition } from '../../../core/workflow/index.ts';
import { MarkedText } from '../canvas/MarkedText.tsx';
import { useDocument } from '../document/documentStore.ts';
import { useCompiled } from '../document/useCompiled.ts';
import { IconButton } from '../design/Button.tsx';
import { FindingList } from './FindingList.tsx';
import type { Form } from './formContext.ts';
import { FormScope } from './FormScope.tsx';
import { JsonField } from './fields/JsonField.tsx';
import { ObjectFields } from './fields/ObjectFields.tsx';
import { Segments } from '../design/Segments.tsx';
import { About } from './controls.tsx';
import { fieldOf, fits, isRecord } from './model/field.ts';
import { stepFieldOf } from './model/stepField.ts';
import { placeFindings, placeKey } from './model/findings.ts';
import { NodeNames } from './NodeNames.tsx';
import { OfferedTools } from './OfferedTools.tsx';
import { edit, type Owner } from './owner.ts';
import { PanelFrame } from './PanelFrame.tsx';
import { openProviderDialog } from './provider/providerDialog.ts';

/** The form of a node, made from the schema of its type, and its text as JSON. */
export function NodePanel({ id }: { readonly id: string }): ReactNode {
  const node = useDocument((state) => state.current?.drawing.nodes.find((each) => each.id === id));
  const [view, setView] = useState<'form' | 'json'>('form');
  const form = useNodeForm(node);
  if (node === undefined || form === undefined) return null;
  const definition: NodeDefinition | undefined = node.known === undefined ? undefined : registry[node.known];
  const shown = definition === undefined ? 'json' : view;
  const { findings, root } = form;
  const ownFindings = [
    ...(findings.get(placeKey(root)) ?? []),
    ...(findings.get(placeKey([...root, 'config'])) ?? []),
    ...(findings.get(placeKey([...root, 'step'])) ?? []),
  ];
  return (
    <FormScope form={form}>
      <PanelFrame header={<NodeHead node={node} definition={definition} view={shown} onView={setView} />}>
        <FindingList findings={ownFindings} />
        {shown === 'json' || definition === undefined ? (
          <NodeJson node={node} />
        ) : (
          <ConfigForm node={node} definition={definition} />
        )}
      </PanelFrame>
    </FormScope>
  );
}

function ConfigForm({
  node,
  definition,
}: {
  readonly node: DrawnNode;
  readonly definition: NodeDefinition;
}): ReactNode {
  const { shape } = fieldOf(definition.configSchema);
  if (shape.kind !== 'object') return <NodeJson node={node} />;
  const offered = definition.callsAt === undefined ? null : <OfferedTools node={node} />;
  return (
    <>
      <ObjectFields
        fields={shape.fields}
        value={node.config}
        path={['config']}
        behind={(group) => (group === undefined ? offered : null)}
      />
      <StepForm node={node} />
    </>
  );
}

/** What can be said of every step of the kind, beside its config. */
function StepForm({ node }: { readonly node: DrawnNode }): ReactNode {
  const field = stepFieldOf(node);
  if (field?.shape.kind !== 'object') return null;
  return (
    <section aria-label="Step" className="mt-4 flex min-w-0 flex-col gap-3 border-t border-line pt-3">
      <h3 className="flex items-center gap-1 text-2xs font-semibold tracking-wide text-muted uppercase">
        Step
        {field.description !== undefined && <About text={field.description} />}
      </h3>
      {fits(field, node.step) ? (
        <ObjectFields fields={field.shape.fields} value={isRecord(node.step) ? node.step : {}} path={['step']} />
      ) : (
        <JsonField label="Step" path={['step']} value={node.step} />
      )}
    </section>
  );
}

/** The whole of a node as it stands in the file. */
function NodeJson({ node }: { readonly node: DrawnNode }): ReactNode {
  const text = useDocument((state) => state.current?.text);
  const value = useMemo(() => (text === undefined ? undefined : nodeIn(text, node.index)), [text, node.index]);
  return <JsonField label={`JSON of ${node.id}`} path={[]} value={value} />;
}

function nodeIn(text: string, index: number) {
  try {
    return (JSON.parse(text.replace(/^\uFEFF/, '')) as { nodes: never[] }).nodes[index];
  } catch {
    return undefined;
  }
}

interface NodeHeadProps {
  readonly node: DrawnNode;
  readonly definition: NodeDefinition | undefined;
  readonly view: 'form' | 'json';
  readonly onView: (view: 'form' | 'json') => void;
}

function NodeHead({ node, definition, view, onView }: NodeHeadProps): ReactNode {
  const Icon = definition === undefined ? undefined : nodeIcons[definition.icon];
  return (
    <>
      <div className="flex min-w-0 items-center gap-2">
        {Icon !== undefined && definition !== undefined && (
          <span className={`grid size-7 shrink-0 place-items-center rounded-control text-white ${definition.color}`}>
            <Icon size={15} aria-hidden />
          </span>
        )}
        <div className="min-w-0 grow">
          <h2 className="truncate text-sm font-semibold">{definition?.name ?? node.type}</h2>
          <p className="text-2xs text-muted">
            <MarkedText
              text={definition?.description ?? `There is no node type “${node.type}”. Its JSON can be mended below.`}
            />
          </p>
        </div>
        {canAskOthers(node.known) && (
          <IconButton icon={ArrowLeftRight} label="Change provider …" onClick={() => openProviderDialog(node.id)} />
        )}
        <IconButton
          icon={node.disabled ? PowerOff : Power}
          label={node.disabled ? 'Take it into the run again' : 'Leave it out of the run'}
          aria-pressed={node.disabled}
          className={node.disabled ? 'text-warning' : ''}
          onClick={() => edit((text) => setDisabled(text, [node.id], !node.disabled))}
        />
      </div>
      <NodeNames node={node} />
      {definition !== undefined && (
        <Segments
          label="How the node is shown"
          options={[
            { value: 'form', title: 'Form' },
            { value: 'json', title: 'JSON' },
          ]}
          value={view}
          onChange={(next) => onView(next === 'json' ? 'json' : 'form')}
          isSmall
        />
      )}
    </>
  );
}

function useNodeForm(node: DrawnNode | undefined): Form | undefined {
  const diagnostics = useDocument((state) => state.current?.compiled?.diagnostics);
  const callee = useCompiled(async (compiler) => compiler.callee(node?.id ?? ''), node?.id);
  const isTool = useDocument(({ current }) => node !== undefined && isOffered(node, current?.drawing.edges ?? []));
  const id = node?.id;
  const owner = useMemo((): Owner | undefined => (id === undefined ? undefined : { kind: 'node', id }), [id]);
  return useMemo(() => {
    if (node === undefined || owner === undefined) return undefined;
    const root: JsonPath = ['nodes', node.index];
    const definition: NodeDefinition | undefined = node.known === undefined ? undefined : registry[node.known];
    const all = diagnostics ?? [];
    const config = definition && fieldOf(definition.configSchema);
    const step = stepFieldOf(node);
    const inConfig = config && placeFindings(config, node.config, [...root, 'config'], all);
    const inStep = step && placeFindings(step, node.step, [...root, 'step'], all);
    const isInForm = (key: unknown): boolean =>
      (key === 'config' && config !== undefined) || (key === 'step' && step !== undefined);
    const elsewhere = all.filter(({ path }) => !isInForm(path[2]));
    const around = placeFindings({ ...nothing, shape: { kind: 'json' } }, undefined, root, elsewhere);
    const provider = definition?.providerFor?.(node.config) ?? definition?.provider;
    const { model = '', baseModel = model } = node.config;
    return {
      owner,
      root,
      findings: new Map([...around, ...(inConfig ?? []), ...(inStep ?? [])]),
      node,
      provider,
      modelName: typeof model === 'string' ? model : undefined,
      model: typeof baseModel === 'string' ? provider?.catalog.find(baseModel) : undefined,
      callee,
      isTool,
    };
  }, [node, owner, diagnostics, callee, isTool]);
}

/** Whether an edge offers the node to a model. */
function isOffered(node: DrawnNode, edges: readonly DrawnEdge[]): boolean {
  const definition: NodeDefinition | undefined = node.known && registry[node.known];
  const offering = definition?.inputs.filter(({ offers }) => offers !== undefined) ?? [];
  return (
    offering.length > 0 &&
    edges.some(({ wire }) => wire.target === node.id && offering.some(({ id }) => id === wire.targetHandle))
  );
}

const nothing = {
  hint: {},
  description: undefined,
  isRequired: true,
  default: undefined,
  canBeTemplate: false,
} as const;
