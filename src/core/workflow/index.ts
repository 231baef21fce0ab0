export {
  consumersOf,
  withCalled,
  type CheckedWorkflow,
  type PythonFunction,
  type PythonParameter,
  type PythonSignature,
} from './checked.ts';
export { catalog, diagnosticCodes, type DiagnosticCode } from './diagnostics/catalog.ts';
export type { Diagnostic, Fix, RelatedPlace, Result, Severity } from './diagnostics/diagnostic.ts';
export { formatDiagnostic, type FormattedSource } from './diagnostics/format.ts';
export { filters, type FilterDefinition } from './expressions/filters.ts';
export { parseTemplate } from './expressions/parser.ts';
export { pictureOf } from './picture/picture.ts';
export type { Json, JsonPath } from './json.ts';
export { meaningOf, typesOf } from './jsonSchema.ts';
export {
  askedProviders,
  asksProvider,
  candidatesOf,
  catalogedProviders,
  catalogOf,
  isModelNode,
  providers,
  type ModelNode,
} from './modelNodes.ts';
export { inOrder, lockFile, lockIn, lockText, serverNameProblem, type LockedTool } from './mcp/lock.ts';
export { dimensionWords } from './models/embeddings/facts.ts';
export { knownServersOfEmbeddings } from './models/embeddings/servers.ts';
export { simulatedAddress, type Provider } from './models/provider.ts';
export type { Handle, HandleType, NodeCategory, NodeDefinition } from './nodes/definition.ts';
export { recordedRunSchema, type RecordedRunFile } from './recordedRuns.ts';
export { registry, type Registry } from './nodes/registry.ts';
export { parse, type Workflow } from './parse/parse.ts';
export { jsonSchemaOfWorkflow } from './publishedSchema.ts';
export { pythonSignature } from './python/PythonModule.ts';
export { suggest } from './suggest.ts';
export { applyEdits, type Range, type TextEdit } from './source/range.ts';
export { SourceDocument } from './source/SourceDocument.ts';
export {
  nodeSchema,
  nodeTypes,
  workflowSchema,
  type NodeOf,
  noteColors,
  type NodeType,
  type WorkflowEdge,
  type WorkflowFile,
  type WorkflowNode,
  type WorkflowNote,
} from './types.ts';
export { endpointOf, inputOf, isAsked, isOperators, type Endpoint, type TriggerNode } from './trigger.ts';
export { askedWays, requestInWay, waysOf, type AskedWay } from './servedWays.ts';
export { check } from './validate/check.ts';
export { isWorkflowName } from './validate/rules/workflowName.ts';
export { namesNoFile, sourceFiles } from './validate/workflowFolder.ts';
