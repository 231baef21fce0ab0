import type { CheckedWorkflow } from '../../../workflow/checked.ts';
import { isModelNode } from '../../../workflow/modelNodes.ts';
import { branchesOfValue, branchOfReader, isCertainIn } from '../../../workflow/graph/values.ts';
import { Template, type PathExpression, type TemplateJson } from '../../../workflow/expressions/syntax.ts';
import { isTrigger } from '../../../workflow/trigger.ts';
import type { WorkflowNode } from '../../../workflow/types.ts';
import { generatorOf, type NodeScope } from '../NodeCodeGenerator.ts';
import { typeOfResult } from '../nodes/resultType.ts';
import { runtimeOf } from '../durable/modules.ts';
import { variableOfHandle } from '../plan/variables.ts';
import * as py from '../syntax/build.ts';
import type { Expr } from '../syntax/tree.ts';
import type { AnswerTypes } from './answerTypes.ts';
import { hasRun } from './blocks.ts';
import type { BlockWriter } from './blockWriter.ts';
import { certain, type Compiled } from './compiled.ts';
import { compileEquality, compileExpression, compileTest, compileTruth } from './expressions.ts';
import type { InputModels } from './inputModels.ts';
import { isPlainValue, listBehind, loopScope } from './loopScopes.ts';
import type { ModuleConstants } from './constants.ts';
import type { HandleValue, PathScope } from './paths.ts';
import { openaiRequest } from './servedModel.ts';
import { compileText } from './texts.ts';

/** The classes of a module. */
export interface ModuleTypes {
  readonly inputs: InputModels;
  readonly answers: AnswerTypes;
}

/** What a node's generator can ask for, at the place where the node stands. */
export function nodeScope(
  writer: BlockWriter,
  { inputs, answers }: ModuleTypes,
  constants: ModuleConstants,
  node: WorkflowNode,
): NodeScope {
  const paths = pathScope(writer, inputs, node, false);
  const compiled = (template: Template): Compiled => {
    const single = template.single;
    return single === undefined
      ? { ...certain(text(template)), schema: { type: 'string' } }
      : compileExpression(single, paths);
  };
  const value = (template: Template): Expr => compiled(template).code;
  const text = (template: Template): Expr => compileText(template, paths);
  const json = (given: TemplateJson): Expr => {
    if (given instanceof Template) return value(given);
    if (isList(given)) return py.list(given.map(json));
    if (typeof given === 'object' && given !== null) {
      return py.dict(Object.entries(given).map(([key, item]) => py.entry(key, json(item))));
    }
    return py.literal(given);
  };
  const scope: NodeScope = {
    value,
    compiled,
    text,
    json,
    test: (template, isKept) => {
      const { single } = template;
      if (single !== undefined) return isKept ? compileTruth(single, paths) : compileTest(single, paths);
      return isKept ? py.call(py.name('bool'), text(template)) : text(template);
    },
    equals: (expression, code, constant) => compileEquality(expression, code, constant, paths),
    local: (hint) => writer.names.local(node.id, hint),
    constant: (hint, annotation, expression) => constants.constant(node.id, hint, annotation, expression),
    functionOf: (id) => writer.names.functionOf(id),
    workflowOf: (id) => writer.names.workflowOf(id),
    workflowName: (id) => writer.names.workflowName(id),
    answerType: (schema, hint) => answers.typeOf(schema, hint),
    ...loopScope(writer, node, paths),
    checked: writer.plan.checked,
    asks: (candidate) => {
      const asked = generatorOf(candidate.type).asks?.(candidate, scope);
      if (asked === undefined) throw new Error(`Nothing says how a ${candidate.type} asks its model`);
      return asked;
    },
    streamed: writer.plan.streamed.has(node.id),
  };
  return scope;
}

function isList(value: TemplateJson): value is readonly TemplateJson[] {
  return Array.isArray(value);
}

function pathScope(writer: BlockWriter, models: InputModels, reader: WorkflowNode, isLoose: boolean): PathScope {
  const { checked } = writer.plan;
  return {
    types: checked.scopeOf(reader),
    ambient: runtimeOf(checked.file).ambient,
    ...(reader.type === 'httpEndpoint' && { input: openaiRequest }),
    isLoose,
    modelOf: (schema) => models.classOf(schema),
    loose: () => pathScope(writer, models, reader, true),
    mark: (code, expression) => py.from({ node: reader.id, expression }, code),
    local: (variable) => writer.names.loopVariable(variable),
    handle: (id, handle) => handleValue(writer, reader, id, handle),
    isPlain: (path) => isPlainValue(checked, path),
    isTyped: (path, count) => isInResult(checked, path, count),
  };
}

/** Whether what a path leads to with so many of its keys lies in a value whose type is written in this module. */
function isInResult(checked: CheckedWorkflow, path: PathExpression, count: number): boolean {
  const { root, segments, over } = path;
  if (root === 'local') return over?.kind === 'path' && isInResult(checked, over, over.segments.length);
  const list = listBehind(checked, path);
  if (list !== undefined) return isInResult(checked, list, list.segments.length);
  const [id, handle, member] = segments;
  const node = root === 'nodes' && count >= 2 ? checked.graph.nodes.get(String(id?.key)) : undefined;
  if (node === undefined || handle?.key !== 'output' || node.step?.onError === 'continue') return false;
  if (isModelNode(node))
    return count >= 3 && member?.key === 'parsed' && typeof node.config.responseFormat === 'object';
  return generatorOf(node.type).callsOut === true && typeOfResult(checked, node) !== undefined;
}

function handleValue(writer: BlockWriter, reader: WorkflowNode, id: string, handle: string): HandleValue {
  const { checked } = writer.plan;
  const node = checked.graph.nodes.get(id);
  if (node === undefined) throw new Error(`check lets no expression through that reads ${id}`);
  if (isTrigger(node)) return { code: py.name('inputs'), ran: undefined };
  const variable = variableOfHandle(checked.graph, id, handle);
  if (variable.kind === 'item' || variable.kind === 'index')
    return { code: py.name(writer.names.variable(variable)), ran: undefined };
  const needed = branchesOfValue(checked, node, handle);
  const surelyRan = isCertainIn(checked, branchOfReader(checked, reader.id, needed), needed);
  const ran = surelyRan ? undefined : hasRun(writer, variable);
  const result = py.name(writer.names.variable(variable));
  // A further handle that is not connected was not kept apart: it is a key of the result.
  return variable.kind === 'value' && handle !== 'output'
    ? { code: py.subscript(result, handle), ran }
    : { code: result, ran };
}
