import type * as z from 'zod';

import type { Json } from '../json.ts';
import type { CompletionType } from '../modelNodes.ts';
import { compatibleProvider } from '../models/compatible/compatible.ts';
import type { Provider } from '../models/provider.ts';
import type { NodeDefinition } from '../nodes/definition.ts';
import { registry } from '../nodes/registry.ts';
import { nodeTypes } from '../types.ts';
import { EditedFile } from './editedFile.ts';
import { refused, type Edited, type Refused } from './result.ts';
import { setValue } from './setValue.ts';

/** A setting that the new provider has no equal for, or none of this value. */
export interface Lost {
  readonly key: string;
  readonly why: string;
}

export type ChangedProvider =
  | (Edited & {
      readonly lost: readonly Lost[];
      /** The name of the model that the node asks for now. */
      readonly model: string;
      /** False where nobody knows here whether the new provider has a model of that name. */
      readonly isModelKnown: boolean;
    })
  | Refused;

type Config = Readonly<Record<string, Json>>;
type Definition = NodeDefinition & { readonly configSchema: z.ZodObject };

/** What providers call by different names. */
const sameMeaning: readonly (readonly [string, string])[] = [
  ['reasoningEffort', 'effort'],
  ['stop', 'stopSequences'],
];
/** What says where a request goes; another provider has its own. */
const ofPlace: readonly string[] = ['provider', 'api', 'baseModel', 'model'];

/**
 * Has a node ask another provider, and carries over what the new one takes: messages, tools, formats, limits.
 * @param type the type that the node is to have
 * @param server at a node for any server: which one
 */
export function changeProvider(text: string, id: string, type: CompletionType, server?: string): ChangedProvider {
  const file = EditedFile.open(text);
  if (!(file instanceof EditedFile)) return file;
  const drawn = file.node(id);
  if (drawn === undefined) return refused(`There is no node ${id}.`);
  const found = valueAt(file.value, drawn.index);
  const before = nodeTypes.find((each) => each === found?.['type']);
  if (found === undefined || before === undefined || registry[before].provider === undefined)
    return refused(`${id} asks no model of one provider.`);
  const definition: NodeDefinition = registry[type];
  const { config, ...told } = carried(objectOf(found['config']), definition as Definition, server);
  const changed = setValue(text, ['nodes', drawn.index], { ...found, type, config });
  return changed.ok ? { ...changed, title: `Ask ${definition.name} in ${id}`, selected: [id], ...told } : changed;
}

function carried(config: Config, definition: Definition, server: string | undefined) {
  const { shape } = definition.configSchema;
  const named = server ?? textOf(objectOf(definition.defaultConfig as Json)['provider']);
  const isNamed = definition.providerFor !== undefined;
  const provider = isNamed ? compatibleProvider(named) : definition.provider;
  const model = modelFor(config, definition, provider);
  const kept: Record<string, Json> = { ...(isNamed && named !== undefined && { provider: named }), model };
  const lost: Lost[] = [];
  for (const [key, value] of Object.entries(config)) {
    if (ofPlace.includes(key)) continue;
    const as = key in shape ? key : otherName(key, shape);
    const schema = as === undefined ? undefined : (shape[as] as z.ZodType | undefined);
    if (as === undefined || schema === undefined) lost.push({ key, why: `${definition.name} has nothing like it` });
    else if (schema.safeParse(value).success) kept[as] = value;
    else lost.push({ key, why: `${definition.name} does not take ${JSON.stringify(value)} for it` });
  }
  const name = textOf(model) ?? '';
  return { config: kept, lost, model: name, isModelKnown: provider?.catalog.find(name) !== undefined };
}

/** The model of before where the new provider has it, or nobody knows what it has; else the one it begins with. */
function modelFor(config: Config, { defaultConfig, newConfig }: Definition, provider: Provider | undefined): Json {
  const name = textOf(config['model']);
  const models = provider?.catalog;
  const isTemplate = name?.includes('{{') ?? false;
  if (name !== undefined && (isTemplate || models?.models.length === 0 || models?.find(name)?.status === 'current'))
    return name;
  const fresh = newConfig?.({ text: '', value: '', list: '', isTool: false }) ?? objectOf(defaultConfig as Json);
  return fresh['model'] ?? '';
}

function otherName(key: string, shape: object): string | undefined {
  const names = sameMeaning.find((pair) => pair.includes(key));
  return names?.find((name) => name !== key && name in shape);
}

function valueAt(file: Json, index: number): Config | undefined {
  const nodes = objectOf(file)['nodes'];
  return Array.isArray(nodes) ? objectOf((nodes as readonly Json[])[index]) : undefined;
}

function objectOf(value: Json | undefined): Config {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Config) : {};
}

function textOf(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
