import type * as z from 'zod';

import type { Json } from '../json.ts';
import { providerNamed } from '../modelNodes.ts';
import { compatibleProvider } from '../models/compatible/compatible.ts';
import type { Provider } from '../models/provider.ts';
import type { NodeDefinition } from '../nodes/definition.ts';
import { registry } from '../nodes/registry.ts';
import { nodeTypes, type NodeType } from '../types.ts';
import { EditedFile } from './editedFile.ts';
import { providerChoices } from './providerChoices.ts';
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
 * Has a node ask another provider, and carries over what the new one takes: messages, tools, formats, limits. A router is what asks
 * several: a node becomes one with a route of its own, and of a router that becomes a node one route is left.
 * @param type the type that the node is to have: one whose nodes ask models
 * @param server at a node for any server: which one
 */
export function changeProvider(text: string, id: string, type: NodeType, server?: string): ChangedProvider {
  const file = EditedFile.open(text);
  if (!(file instanceof EditedFile)) return file;
  const drawn = file.node(id);
  if (drawn === undefined) return refused(`There is no node ${id}.`);
  const found = valueAt(file.value, drawn.index);
  const before = nodeTypes.find((each) => each === found?.['type']);
  if (found === undefined || before === undefined) return refused(`${id} asks no model.`);
  const { provider, providerFor, routes }: NodeDefinition = registry[before];
  if (provider === undefined && routes === undefined) return refused(`${id} asks no model.`);
  const definition: NodeDefinition = registry[type];
  if (routes !== undefined && definition.routes !== undefined) return refused(`${id} is a router already.`);
  const given = objectOf(found['config']);
  const { config, ...told } =
    definition.routes !== undefined
      ? routed(given, definition as Definition, (providerFor && textOf(given['provider'])) ?? provider?.id ?? '')
      : routes === undefined
        ? carried(given, definition as Definition, server)
        : unrouted(given, definition as Definition, server);
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

/** A router with one route, which asks what was asked before; what only some providers have is a setting of that route. */
function routed(config: Config, { name, configSchema: { shape } }: Definition, provider: string) {
  const route = (shape['routes'] as z.ZodArray<z.ZodObject>).element.shape;
  const settings = (route['config'] as z.ZodDefault<z.ZodObject>).unwrap().shape;
  const kept: Record<string, Json> = {};
  const own: Record<string, Json> = {};
  const lost: Lost[] = [];
  for (const [key, value] of Object.entries(config)) {
    if (key === 'model' || key === 'provider') continue;
    const [place, schema] = key in shape ? [kept, shape[key]] : [own, settings[key]];
    if (schema === undefined) lost.push({ key, why: `${name} has nothing like it` });
    else if ((schema as z.ZodType).safeParse(value).success) place[key] = value;
    else lost.push({ key, why: `${name} does not take ${JSON.stringify(value)} for it` });
  }
  const model = textOf(config['model']) ?? '';
  const only = { provider, model, ...(Object.keys(own).length > 0 && { config: own }) };
  const isModelKnown = providerNamed(provider).catalog.find(model) !== undefined;
  return { config: { strategy: 'custom', routes: [only], ...kept }, lost, model, isModelKnown };
}

/** One route of a router by itself: that of the new provider, or the first one with a model of the new provider. */
function unrouted(config: Config, definition: Definition, server: string | undefined) {
  const { routes, fallback, ...others } = config;
  const all = [...(Array.isArray(routes) ? (routes as readonly Json[]) : []), fallback ?? null].map(objectOf);
  const wanted = definition.providerFor === undefined ? definition.provider?.id : server;
  const isWanted = (route: Config): boolean => {
    const named = textOf(route['provider']);
    return named !== undefined && providerNamed(named).id === wanted;
  };
  const taken = all.find(isWanted) ?? all[0] ?? {};
  const { strategy: _strategy, ...shared } = others;
  const {
    config: kept,
    lost,
    ...told
  } = carried({ ...shared, ...objectOf(taken['config']), model: taken['model'] ?? '' }, definition, server);
  const left = all.filter((route) => route !== taken && 'model' in route);
  const dropped = left.map((route) => `${textOf(route['provider']) ?? ''} ${textOf(route['model']) ?? ''}`.trim());
  const isAlone = dropped.length === 0;
  const gone: Lost[] = isAlone ? [] : [{ key: 'routes', why: `${dropped.join(', ')}: not asked any more` }];
  const { provider: _provider, model: _model, config: _config, ...when } = taken;
  for (const [key, value] of Object.entries(when))
    if (value !== 'always')
      gone.push({ key, why: `${definition.name} is asked whatever ${JSON.stringify(value)} says` });
  return { config: kept, lost: [...gone, ...lost], ...told };
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

/** The model that a route asks when its provider changes: the same where the new one has it, or nobody knows; else one of theirs. */
export function modelInstead(provider: string, model: string): string {
  const choice = providerChoices.find(({ id }) => id === provider.toLowerCase());
  if (choice === undefined) return model;
  const definition: NodeDefinition = registry[choice.type];
  return textOf(modelFor({ model }, definition as Definition, providerNamed(provider))) ?? model;
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
