import { inputOf } from '../trigger.ts';
import { meaningOf, type JsonSchema } from '../jsonSchema.ts';
import { schemaOfAnnotation } from '../python/annotations.ts';
import type { CheckContext } from '../validate/context.ts';
import { membersOf, typeText } from './readableTypes.ts';

/** Something that a node hands to what it calls. */
export interface CallParameter {
  readonly name: string;
  /** As it is declared, or in words. */
  readonly type: string;
  readonly description: string | undefined;
  readonly isRequired: boolean;
}

/** What is known of the function or workflow that a node calls. */
export interface Callee {
  /** Undefined while it cannot be found. */
  readonly parameters: readonly CallParameter[] | undefined;
  readonly documentation: string | undefined;
  readonly gives: string | undefined;
  /** The functions of its module. */
  readonly functions: readonly string[];
}

/** What a node calls; undefined when it is no node that calls something of its author's. */
export function calleeOf(context: CheckContext, id: string): Callee | undefined {
  const module = context.modules.get(id);
  const signature = context.functions.get(id)?.signature;
  const called = context.calls.get(id);
  if (called !== undefined)
    return {
      parameters: fieldsOf(inputOf(called.trigger)),
      documentation: called.file.description || undefined,
      gives: undefined,
      functions: [],
    };
  if (module === undefined) return undefined;
  const parameters = signature?.parameters
    .filter(({ kind }) => kind !== 'variadic' && kind !== 'keywordVariadic')
    .map(({ name, annotation, hasDefault }) => ({
      name,
      type: annotation ?? 'anything',
      description: annotation === undefined ? undefined : typeText(schemaOfAnnotation(annotation)),
      isRequired: !hasDefault,
    }));
  return {
    parameters,
    documentation: signature?.docstring,
    gives: signature?.returns,
    functions: module.functionNames,
  };
}

function fieldsOf(schema: JsonSchema): readonly CallParameter[] {
  const { required = [] } = meaningOf(schema);
  return membersOf(schema, true).map(({ key, schema: field }) => ({
    name: key,
    type: typeText(field),
    description: field.description,
    isRequired: required.includes(key) && field.default === undefined,
  }));
}
