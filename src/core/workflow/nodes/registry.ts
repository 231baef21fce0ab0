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
import { loadDocuments, qdrantSearch, qdrantUpsert, splitText } from './configs/retrieval.ts';
import { llmRouter } from './configs/router.ts';
import { webhookReceiver } from './configs/webhooks.ts';
import { switchNode } from './configs/switch.ts';
import { websocketEndpoint } from './configs/websocket.ts';

/** Every node type there is, in the order in which they are shown. */
export const registry = {
  httpEndpoint,
  websocketEndpoint,
  webhookReceiver,
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
