import { anthropicCompletion } from './configs/anthropic.ts';
import { pythonFunction } from './configs/code.ts';
import { azureOpenaiCompletion } from './configs/azure.ts';
import { compatibleCompletion } from './configs/compatible.ts';
import { delay } from './configs/delay.ts';
import { embeddingGenerate } from './configs/embeddings.ts';
import { groqCompletion } from './configs/groq.ts';
import { httpEndpoint, response } from './configs/http.ts';
import { openaiCompletion } from './configs/llm.ts';
import { loop, repeat } from './configs/loops.ts';
import { condition, subWorkflow } from './configs/logic.ts';
import { graphqlQuery, httpRequest } from './configs/outside.ts';
import { conversation } from './configs/conversation.ts';
import { postgresQuery, redisOperation, sqliteQuery } from './configs/databases.ts';
import { promptTemplate } from './configs/prompt.ts';
import { aggregate, editFields, filterArray, jsonTransform, sortArray, validate } from './configs/transforms.ts';
import { cryptoGenerate, log, metrics, rateLimit } from './configs/utilities.ts';
import { loadDocuments, splitText } from './configs/documents.ts';
import { qdrantSearch, qdrantUpsert } from './configs/qdrant.ts';
import { llmRouter } from './configs/router.ts';
import { approvalLink, waitForApproval, waitForEvent } from './configs/waiting.ts';
import { webhookReceiver } from './configs/webhooks.ts';
import { enqueue, queueConsumer, scheduledTask } from './configs/schedules.ts';
import { switchNode } from './configs/switch.ts';
import { websocketEndpoint } from './configs/websocket.ts';

/** Every node type there is, in the order in which they are shown. */
export const registry = {
  httpEndpoint,
  websocketEndpoint,
  webhookReceiver,
  scheduledTask,
  queueConsumer,
  promptTemplate,
  openaiCompletion,
  anthropicCompletion,
  groqCompletion,
  azureOpenaiCompletion,
  compatibleCompletion,
  llmRouter,
  embeddingGenerate,
  condition,
  loop,
  repeat,
  switch: switchNode,
  delay,
  waitForApproval,
  approvalLink,
  waitForEvent,
  enqueue,
  pythonFunction,
  subWorkflow,
  httpRequest,
  graphqlQuery,
  postgresQuery,
  sqliteQuery,
  redisOperation,
  conversation,
  loadDocuments,
  splitText,
  qdrantUpsert,
  qdrantSearch,
  editFields,
  filterArray,
  sortArray,
  aggregate,
  validate,
  jsonTransform,
  log,
  metrics,
  rateLimit,
  cryptoGenerate,
  response,
} as const;

export type Registry = typeof registry;
