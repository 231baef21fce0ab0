import * as z from 'zod';

import { formHints } from './formHints.ts';
import { registry, type Registry } from './nodes/registry.ts';
import { stepSchema } from './nodes/stepOptions.ts';

/** The name of a node type, such as `openaiCompletion`. */
export type NodeType = keyof Registry;

export const nodeTypes = Object.keys(registry) as readonly NodeType[];

const pointSchema = z.strictObject({ x: z.number(), y: z.number() });

const nodeShape = {
  id: z.string().describe('Unique in the file: a letter, then letters, digits, _ or -'),
  label: z.string().optional().describe('What the canvas shows instead of the id'),
  position: pointSchema.optional().describe('Where the canvas shows it'),
  disabled: z.boolean().optional().describe('true leaves it out, and its edges, as if they were not in the file'),
  step: stepSchema.optional(),
};

type NodeSchema<T extends NodeType> = z.ZodObject<
  typeof nodeShape & { type: z.ZodLiteral<T>; config: Registry[T]['configSchema'] },
  z.core.$strict
>;

/** The schema of one node of a given type, its config included. */
export function nodeSchema<T extends NodeType>(type: T): NodeSchema<T> {
  const { id, step, ...others } = nodeShape;
  // In the order in which people write them.
  const shape = { id, type: z.literal(type), ...others, config: registry[type].configSchema, step };
  return z.strictObject(shape).describe(registry[type].description);
}

export type NodeOf<T extends NodeType> = T extends NodeType ? z.output<NodeSchema<T>> : never;
export type WorkflowNode = NodeOf<NodeType>;

export const edgeSchema = z.strictObject({
  id: z.string().optional(),
  source: z.string().describe('The id of the node that it leaves'),
  sourceHandle: z.string().default('output').describe('The output handle that it leaves'),
  target: z.string().describe('The id of the node that it reaches'),
  targetHandle: z.string().default('input').describe('The input handle that it reaches'),
});
export type WorkflowEdge = z.output<typeof edgeSchema>;

export const noteColors = ['yellow', 'blue', 'green', 'pink', 'purple', 'gray'] as const;

export const noteSchema = z
  .strictObject({
    id: z.string().describe('Unique among the notes and nodes of the file'),
    text: z.string().describe('What it says, as Markdown; of a group, its title'),
    position: pointSchema.describe('Where the canvas shows it'),
    size: z.strictObject({ width: z.number(), height: z.number() }).describe('How large the canvas shows it'),
    color: z.enum(noteColors).optional().describe('Its colour on the canvas; yellow when left out'),
    nodes: z.array(z.string()).optional().describe('The ids of the nodes that it groups'),
  })
  .describe('A note on the canvas, or a group of nodes. Nothing that runs depends on it');
export type WorkflowNote = z.output<typeof noteSchema>;

export const credentialSchema = z
  .strictObject({
    kind: z
      .enum(['bearer', 'header', 'query', 'basic'])
      .describe(
        'bearer: Authorization: Bearer VALUE; basic: user:password; header and query: under a name of their own',
      ),
    name: z.string().optional().describe('The header or query parameter of the kinds header and query: X-Key'),
  })
  .describe('The value is in CREDENTIAL_NAME, the only host that gets it in CREDENTIAL_NAME_HOST');
export type WorkflowCredential = z.output<typeof credentialSchema>;

const mcpServerSchema = z
  .strictObject({
    tools: z
      .array(z.string())
      .optional()
      .describe('Which of its tools models are offered; all that its lock file has when left out'),
  })
  .describe('Its address is in MCP_NAME_URL, its token in MCP_NAME_TOKEN, its tools in NAME.mcp.lock.json');
export type WorkflowMcpServer = z.output<typeof mcpServerSchema>;

/** By node type. */
export const nodeSchemas: ReadonlyMap<NodeType, z.ZodType> = new Map(nodeTypes.map((type) => [type, nodeSchema(type)]));

const [firstType, ...otherTypes] = nodeSchemas.values();

/** The workflow file, `*.workflow.json`. */
export const workflowSchema = z.strictObject({
  $schema: z.string().optional().describe('The JSON Schema for editors'),
  version: z.literal(1).describe('The version of the file format'),
  name: z.string().describe('Lower-case letters, digits and -; names the generated module'),
  description: z
    .string()
    .default('')
    .describe('What the workflow does, in a sentence')
    .register(formHints, { isLong: true }),
  env: z
    .array(z.string())
    .default([])
    .describe('The environment variables that expressions may read; never secrets')
    .register(formHints, { title: 'Environment variables' }),
  timeout: z
    .number()
    .positive()
    .max(86_400)
    .optional()
    .describe('Seconds that a whole run may take')
    .register(formHints, { title: 'Timeout of a run' }),
  durable: z
    .boolean()
    .optional()
    .describe('true keeps what each step gives, so that a run goes on where it was when its service has died')
    .register(formHints, { title: 'Durable runs' }),
  credentials: z
    .record(z.string(), credentialSchema)
    .default({})
    .describe('What the workflow needs to ask other services; what they are, and for which host, its operator sets')
    .register(formHints, { title: 'Credentials' }),
  mcpServers: z
    .record(z.string(), mcpServerSchema)
    .default({})
    .describe('The MCP servers whose tools models may call; where they are, the operator sets')
    .register(formHints, { title: 'MCP servers' }),
  nodes: z
    .array(z.discriminatedUnion('type', [firstType, ...otherTypes] as [NodeSchema<NodeType>]))
    .describe('The steps'),
  edges: z.array(edgeSchema).default([]).describe('What runs after what, and along which handle'),
  notes: z.array(noteSchema).default([]).describe('What the canvas shows beside the steps'),
});

/** A workflow file as it was read: well-formed, with its defaults filled in, not yet checked. */
export interface WorkflowFile {
  readonly version: 1;
  readonly name: string;
  readonly description: string;
  readonly env: readonly string[];
  readonly timeout?: number | undefined;
  readonly durable?: boolean | undefined;
  readonly credentials: Readonly<Record<string, WorkflowCredential>>;
  readonly mcpServers: Readonly<Record<string, WorkflowMcpServer>>;
  readonly nodes: readonly WorkflowNode[];
  readonly edges: readonly WorkflowEdge[];
  readonly notes: readonly WorkflowNote[];
}
