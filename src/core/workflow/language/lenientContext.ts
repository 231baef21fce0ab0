import { parse as parseLeniently } from 'jsonc-parser';
import * as z from 'zod';

import { readDrawing, type DrawnNode } from '../edits/index.ts';
import { registry } from '../nodes/registry.ts';
import { stepSchema } from '../nodes/stepOptions.ts';
import { credentialSchema, nodeSchemas, type WorkflowNode } from '../types.ts';
import { contextOf } from '../validate/check.ts';
import type { CheckContext } from '../validate/context.ts';

/**
 * What can be known of a file that has not the form of a workflow, as while it is typed: a node keeps what can be read of its
 * config, and has the usual values where it needs others. Disabled nodes are as others. Undefined where the text is no JSON object.
 */
export function lenientContext(
  text: string,
  sources: ReadonlyMap<string, string>,
  name: string | undefined,
): CheckContext | undefined {
  const drawing = readDrawing(text);
  if (drawing === undefined) return undefined;
  const { env, credentials } = Object(parseLeniently(text)) as {
    readonly env?: unknown;
    readonly credentials?: unknown;
  };
  const file = {
    version: 1,
    name: drawing.name,
    description: drawing.description,
    env: Array.isArray(env) ? env.filter((each) => typeof each === 'string') : [],
    mcpServers: {},
    credentials: z.record(z.string(), credentialSchema).catch({}).parse(credentials),
    nodes: drawing.nodes.flatMap((node) => mended(node) ?? []),
    edges: drawing.edges.map(({ wire }) => wire),
    notes: [],
  } as const;
  return contextOf(file, sources, name);
}

function mended({ id, known: type, config, step: options }: DrawnNode): WorkflowNode | undefined {
  const schema = type === undefined ? undefined : nodeSchemas.get(type);
  if (type === undefined || schema === undefined) return undefined;
  const step = stepSchema.safeParse(options).success ? options : undefined;
  const usual: Readonly<Record<string, unknown>> = registry[type].defaultConfig;
  const attempt = (given: object): ReturnType<typeof schema.safeParse> =>
    schema.safeParse({ id, type, config: given, ...(step !== undefined && { step }) });
  let parsed = attempt(config);
  if (!parsed.success) {
    const wrong = new Set(parsed.error.issues.flatMap((issue) => wrongKeys(issue)));
    const sound = Object.entries(config).filter(([key]) => !wrong.has(key));
    const needed = Object.entries(usual).filter(([key]) => wrong.has(key));
    parsed = attempt({ ...Object.fromEntries(needed), ...Object.fromEntries(sound) });
    if (!parsed.success) parsed = attempt(usual);
  }
  // The schema is that of the node's type, which is all that the type checker does not see.
  return parsed.success ? (parsed.data as WorkflowNode) : undefined;
}

/** The keys of the config with which something is wrong. */
function wrongKeys(issue: {
  readonly path: readonly PropertyKey[];
  readonly keys?: readonly string[];
}): readonly string[] {
  const [, key] = issue.path;
  return key === undefined ? (issue.keys ?? []) : [String(key)];
}
