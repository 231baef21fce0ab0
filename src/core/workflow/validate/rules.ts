import type { NodeRule, WorkflowRule } from './context.ts';
import { addresses } from './rules/addresses.ts';
import { bodilessStatus } from './rules/bodilessStatus.ts';
import { cacheMarks } from './rules/cacheMarks.ts';
import { calledInputs } from './rules/calledInputs.ts';
import { calledWorkflows } from './rules/calledWorkflows.ts';
import { collections } from './rules/collections.ts';
import { competingResponses } from './rules/competingResponses.ts';
import { credentialReferences, credentials } from './rules/credentials.ts';
import { cycles } from './rules/cycles.ts';
import { deadEnds } from './rules/deadEnds.ts';
import { decisionDepth } from './rules/decisionDepth.ts';
import { access, callerReferences, callersOfCalled, webhookSignatures } from './rules/door.ts';
import { duplicateEdges } from './rules/duplicateEdges.ts';
import { edgeEnds } from './rules/edgeEnds.ts';
import { edgeHandles } from './rules/edgeHandles.ts';
import { embeddings } from './rules/embeddings.ts';
import { endpointPath } from './rules/endpointPath.ts';
import { endlessRepeats } from './rules/endlessRepeats.ts';
import { environmentNames, unusedEnvironment } from './rules/environment.ts';
import { environmentReferences } from './rules/environmentReferences.ts';
import { expressionSyntax } from './rules/expressionSyntax.ts';
import { failingExpressions } from './rules/failingExpressions.ts';
import { functionCalls } from './rules/functionCalls.ts';
import { functions } from './rules/functions.ts';
import { inputSchema } from './rules/inputSchema.ts';
import { endpointBodies } from './rules/endpointBodies.ts';
import { rawAnswers } from './rules/rawAnswers.ts';
import { jsonMode } from './rules/jsonMode.ts';
import { legacyFunctions } from './rules/legacyFunctions.ts';
import { loopBodies, mixedTokens } from './rules/loopBodies.ts';
import { mcpReferences, mcpServers } from './rules/mcpServers.ts';
import { members } from './rules/members.ts';
import { messageParts } from './rules/messageParts.ts';
import { messages } from './rules/messages.ts';
import { modelCapabilities } from './rules/modelCapabilities.ts';
import { modelParameters } from './rules/modelParameters.ts';
import { modelNames } from './rules/models.ts';
import { nodeIds } from './rules/nodeIds.ts';
import { notes } from './rules/notes.ts';
import { operandTypes } from './rules/operandTypes.ts';
import { requestBodies, requestHeaders } from './rules/outsideRequests.ts';
import { queries, operationNeeds } from './rules/queries.ts';
import { pythonArguments } from './rules/pythonArguments.ts';
import { pythonSource } from './rules/pythonSource.ts';
import { pythonText } from './rules/pythonText.ts';
import { joinedWorkflows } from './rules/joinedWorkflows.ts';
import { queueEntries } from './rules/queueEntries.ts';
import { reasoning } from './rules/reasoning.ts';
import { recordedRuns } from './rules/recordedRuns.ts';
import { references } from './rules/references.ts';
import { refusedParameters } from './rules/refusedParameters.ts';
import { requestRanges } from './rules/requestRanges.ts';
import { responses } from './rules/responses.ts';
import { responsesParameters } from './rules/responsesParameters.ts';
import { loadedDocuments, vectorSearches } from './rules/retrieval.ts';
import { routes } from './rules/routes.ts';
import { schedules } from './rules/schedules.ts';
import { schemas } from './rules/schemas.ts';
import { servedModels } from './rules/servedModels.ts';
import { servers } from './rules/servers.ts';
import { stepOptions } from './rules/stepOptions.ts';
import { strictSchemas } from './rules/strictSchemas.ts';
import { switchCases } from './rules/switchCases.ts';
import { thinking } from './rules/thinking.ts';
import { durableRuns } from './rules/durableRuns.ts';
import { timeLimits } from './rules/timeLimits.ts';
import { toolEdges } from './rules/toolEdges.ts';
import { toolFunctions } from './rules/toolFunctions.ts';
import {
  aggregates,
  conditionValues,
  fieldEdits,
  itemFields,
  jmespathExpressions,
  utilityNames,
} from './rules/transforms.ts';
import { triggers } from './rules/triggers.ts';
import { turns } from './rules/turns.ts';
import { unconnectedDecisions } from './rules/unconnectedDecisions.ts';
import { unreachableNodes } from './rules/unreachableNodes.ts';
import { unusedPrompts } from './rules/unusedPrompts.ts';
import { valueTypes } from './rules/valueTypes.ts';
import { waiting } from './rules/waiting.ts';
import { workflowName } from './rules/workflowName.ts';

/** The rules about a workflow as a whole, in no order that matters: diagnostics are sorted by their place. */
export const graphRules: readonly WorkflowRule[] = [
  workflowName,
  decisionDepth,
  nodeIds,
  triggers,
  responses,
  edgeEnds,
  edgeHandles,
  duplicateEdges,
  cycles,
  unreachableNodes,
  deadEnds,
  competingResponses,
  loopBodies,
  mixedTokens,
  environmentNames,
  credentials,
  mcpServers,
  toolEdges,
  pythonText,
  calledWorkflows,
  queueEntries,
  joinedWorkflows,
  recordedRuns,
  notes,
];

/** The rules about what expressions read, all together, and who takes the calls of functions. */
export const readRules: readonly WorkflowRule[] = [unusedEnvironment, functionCalls, unusedPrompts, collections];

/** The rules about nodes, each by itself. */
export const nodeRules: readonly NodeRule[] = [
  unconnectedDecisions,
  endlessRepeats,
  switchCases,
  stepOptions,
  durableRuns,
  waiting,
  schedules,
  timeLimits,
  endpointPath,
  servedModels,
  bodilessStatus,
  inputSchema,
  rawAnswers,
  endpointBodies,
  schemas,
  environmentReferences,
  modelNames,
  servers,
  routes,
  requestRanges,
  refusedParameters,
  modelParameters,
  modelCapabilities,
  reasoning,
  thinking,
  turns,
  responsesParameters,
  embeddings,
  messages,
  messageParts,
  cacheMarks,
  functions,
  legacyFunctions,
  toolFunctions,
  mcpReferences,
  strictSchemas,
  jsonMode,
  expressionSyntax,
  references,
  members,
  operandTypes,
  failingExpressions,
  valueTypes,
  pythonSource,
  pythonArguments,
  calledInputs,
  addresses,
  requestHeaders,
  requestBodies,
  credentialReferences,
  queries,
  operationNeeds,
  loadedDocuments,
  vectorSearches,
  conditionValues,
  itemFields,
  fieldEdits,
  aggregates,
  jmespathExpressions,
  utilityNames,
  access,
  webhookSignatures,
  callerReferences,
  callersOfCalled,
];
