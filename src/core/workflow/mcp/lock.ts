import * as z from 'zod';

import { Reporter } from '../diagnostics/report.ts';
import type { Json } from '../json.ts';
import type { JsonSchema } from '../jsonSchema.ts';
import { wholeSchema } from '../jsonSchemaShape.ts';
import { readJson } from '../parse/readJson.ts';
import { refusedAtRoot } from '../sentSchema.ts';
import { SourceDocument } from '../source/SourceDocument.ts';

const lockedToolSchema = z.strictObject({
  name: z.string(),
  description: z.string().default(''),
  inputSchema: z.record(z.string(), z.json()),
});

/** A tool as its server described it when it was locked. */
export interface LockedTool {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: { readonly [key: string]: Json };
}

/** What a file with the tools of an MCP server holds, `SERVER.mcp.lock.json` beside the workflows that use them. */
const lockSchema = z.strictObject({
  catalystMcpLock: z.literal(1),
  server: z.string(),
  tools: z.array(lockedToolSchema),
});

/** What lies where the tools of a server should be. */
export type FoundLock =
  | { readonly kind: 'missing' }
  | { readonly kind: 'unusable'; readonly problem: string }
  | { readonly kind: 'sound'; readonly tools: readonly LockedTool[] };

/** The file with the tools of a server, from the folder of the workflow. */
export function lockFile(server: string): string {
  return `${server}.mcp.lock.json`;
}

/** Why a server cannot be called so, or undefined when it can: its name is that of a file and of variables. */
export function serverNameProblem(name: string): string | undefined {
  if (!/^[a-z][a-z0-9_]{0,39}$/u.test(name)) return 'its name is not made of lower-case letters, digits and _';
  return undefined;
}

/** The variables of a server: where it is, and what it is sent as a token, if it wants one. */
export function serverVariables(name: string): readonly [url: string, token: string] {
  const prefix = `MCP_${name.toUpperCase()}`;
  return [`${prefix}_URL`, `${prefix}_TOKEN`];
}

/** The tools of a server among the files in the folder of a workflow. */
export function lockIn(sources: ReadonlyMap<string, string>, server: string): FoundLock {
  const text = sources.get(lockFile(server));
  if (text === undefined) return { kind: 'missing' };
  const reporter = new Reporter(new SourceDocument(text));
  const json = readJson(reporter);
  const [wrong] = reporter.diagnostics;
  if (json === undefined || wrong !== undefined)
    return { kind: 'unusable', problem: wrong?.message ?? 'it is no JSON' };
  const { data, error } = lockSchema.safeParse(json.value);
  if (data === undefined) {
    const [issue] = error.issues;
    return { kind: 'unusable', problem: `\`${issue?.path.join('.') ?? ''}\` does not fit (${issue?.message ?? ''})` };
  }
  if (data.server !== server) return { kind: 'unusable', problem: `it is of the server \`${data.server}\`` };
  return { kind: 'sound', tools: data.tools };
}

/** The text of such a file: the same for the same tools, in whatever order the server lists them and their keys. */
export function lockText(server: string, tools: readonly LockedTool[]): string {
  const sorted = tools
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, description, inputSchema }) => ({ name, description, inputSchema: inOrder(inputSchema) }));
  return `${JSON.stringify({ catalystMcpLock: 1, server, tools: sorted }, null, 2)}\n`;
}

/** A value with all keys in one order, so that the same values are the same texts. */
export function inOrder(value: Json): Json {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, inOrder(inner)]));
}

/** The name by which models are offered a tool: beside those of other servers, and of letters that they take. */
export function offeredName(server: string, tool: string): string {
  return `${server}_${tool.replaceAll(/[^A-Za-z0-9_-]/gu, '_')}`;
}

/** Why a model cannot be offered a tool, or undefined when it can. */
export function toolProblem(server: string, { name, inputSchema }: LockedTool): string | undefined {
  if (!/^[\w./-]{1,128}$/u.test(name)) return 'its name has other characters than letters, digits, _, -, . and /';
  const offered = offeredName(server, name);
  if (offered.length > 64) return `models would know it as \`${offered}\`, which has more than 64 characters`;
  const schema = wholeSchema.safeParse(inputSchema);
  if (!schema.success) return 'what it takes is no JSON Schema';
  const refused = refusedAtRoot(schema.data);
  if (refused !== undefined && refused !== 'no object') return `what it takes has \`${refused}\` at its top`;
  if (JSON.stringify(inputSchema).includes('"x-mcp-header"'))
    return 'some of what it takes is to be sent in headers (`x-mcp-header`)';
  return undefined;
}

/** What a tool takes, as a schema. */
export function schemaOfTool({ inputSchema }: LockedTool): JsonSchema {
  return wholeSchema.parse(inputSchema);
}
