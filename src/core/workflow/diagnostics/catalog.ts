import { callCodes } from './catalog/calls.ts';
import { databaseCodes } from './catalog/database.ts';
import { durableCodes } from './catalog/durable.ts';
import { doorCodes } from './catalog/door.ts';
import { embeddingCodes } from './catalog/embeddings.ts';
import { expressionCodes } from './catalog/expression.ts';
import { graphCodes } from './catalog/graph.ts';
import { jsonCodes } from './catalog/json.ts';
import { llmCodes } from './catalog/llm.ts';
import { loopCodes } from './catalog/loops.ts';
import { mcpCodes } from './catalog/mcp.ts';
import { modelCodes } from './catalog/model.ts';
import { noteCodes } from './catalog/notes.ts';
import { outsideCodes } from './catalog/outside.ts';
import { pythonCodes } from './catalog/python.ts';
import { requestCodes } from './catalog/request.ts';
import { retrievalCodes } from './catalog/retrieval.ts';
import { routeCodes } from './catalog/routes.ts';
import { servedModelCodes } from './catalog/servedModels.ts';
import { schemaCodes } from './catalog/schema.ts';
import { shapeCodes } from './catalog/shape.ts';
import { stepCodes } from './catalog/steps.ts';
import { toolCodes } from './catalog/tools.ts';
import { transformCodes } from './catalog/transform.ts';
import { waitingCodes } from './catalog/waiting.ts';
import { workflowCodes } from './catalog/workflow.ts';

/** Every diagnostic there is, by its code. */
export const catalog = {
  ...jsonCodes,
  ...shapeCodes,
  ...workflowCodes,
  ...graphCodes,
  ...loopCodes,
  ...llmCodes,
  ...modelCodes,
  ...embeddingCodes,
  ...requestCodes,
  ...toolCodes,
  ...mcpCodes,
  ...schemaCodes,
  ...expressionCodes,
  ...pythonCodes,
  ...callCodes,
  ...noteCodes,
  ...stepCodes,
  ...durableCodes,
  ...waitingCodes,
  ...outsideCodes,
  ...retrievalCodes,
  ...routeCodes,
  ...databaseCodes,
  ...transformCodes,
  ...servedModelCodes,
  ...doorCodes,
} as const;

export type DiagnosticCode = keyof typeof catalog;
export type MessageParams<Code extends DiagnosticCode> = Parameters<(typeof catalog)[Code]['message']>[0];

export const diagnosticCodes = Object.keys(catalog) as readonly DiagnosticCode[];
