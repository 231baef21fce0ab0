import type { Json, JsonPath } from '../../../../workflow/json.ts';

export type JsonObject = { readonly [key: string]: Json };

export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What a model is to answer: a text, JSON, or one function call. */
export type ToldAnswer =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'json'; readonly value: Json }
  | { readonly kind: 'call'; readonly name: string; readonly arguments: JsonObject }
  /** It refuses the request. */
  | { readonly kind: 'failure' };

/** Everything that decides how a run goes and that a test can set. */
export interface Trial {
  readonly input: JsonObject;
  /** Variables of the environment; undefined: not set. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** By model node; one that is left out answers as the simulated OpenAI sees fit. */
  readonly answers: ReadonlyMap<string, ToldAnswer>;
  /** What the functions of the project give, by node. */
  readonly results: ReadonlyMap<string, Json>;
  /** The nodes whose function or workflow raises. */
  readonly failing: ReadonlySet<string>;
  /** The model node whose first call is refused. */
  readonly refused?: string;
}

export function withAnswer(trial: Trial, node: string, answer: ToldAnswer): Trial {
  return { ...trial, answers: new Map([...trial.answers, [node, answer]]) };
}

export function withResult(trial: Trial, node: string, result: Json): Trial {
  return { ...trial, results: new Map([...trial.results, [node, result]]) };
}

/** Lets functions of nodes raise, or not any more. */
export function withFailing(trial: Trial, nodes: readonly string[], fails: boolean): Trial {
  const others = [...trial.failing].filter((node) => !nodes.includes(node));
  return { ...trial, failing: new Set(fails ? [...others, ...nodes] : others) };
}

/** JSON with the value at a path set, or taken away where it is undefined; what is missing on the way is made. */
export function withValueAt(json: Json | undefined, path: JsonPath, value: Json | undefined): Json | undefined {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (typeof key === 'number') {
    const items: readonly Json[] = Array.isArray(json) ? (json as readonly Json[]) : [];
    const set = withValueAt(items[key], rest, value);
    const filled = Array.from({ length: Math.max(items.length, key + 1) }, (_, index) => items[index] ?? null);
    return set === undefined ? filled.slice(0, key) : filled.with(key, set);
  }
  const object = isJsonObject(json) ? json : {};
  const set = withValueAt(Object.hasOwn(object, key) ? object[key] : undefined, rest, value);
  const others = Object.entries(object).filter(([name]) => name !== key);
  if (set === undefined) return Object.fromEntries(others);
  return Object.hasOwn(object, key)
    ? Object.fromEntries(Object.entries(object).map(([name, each]) => [name, name === key ? set : each]))
    : Object.fromEntries([...others, [key, set]]);
}
