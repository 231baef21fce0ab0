import { itemsOf, meaningOf, typesOf, type JsonSchema } from '../../../workflow/jsonSchema.ts';
import { SchemaReferences } from '../../../workflow/schemaReferences.ts';
import * as py from '../syntax/build.ts';
import type { Expr, Stmt } from '../syntax/tree.ts';
import { hasOtherLimits, limits } from './constraints.ts';

/** Words that have no counterpart in the fields of Pydantic's models. */
const further = [
  'oneOf',
  'allOf',
  'not',
  'if',
  'prefixItems',
  'contains',
  'propertyNames',
  'patternProperties',
  'minProperties',
  'maxProperties',
  'dependentRequired',
  'dependentSchemas',
] as const;

/** Words that say what lies in objects and lists. */
const structure = ['properties', 'required', 'additionalProperties', 'items'] as const;
/** Words that say something beside a reference. */
const beside = [...limits, ...structure, 'type', 'enum', 'const', 'anyOf'] as const;

/** Whether the models that `InputModels` makes of a schema take no value that it refuses. */
export function typesSayAll(schema: JsonSchema): boolean {
  const { schemas } = new SchemaReferences(schema);
  return mostClasses(schema) === Number.POSITIVE_INFINITY && schemas.every(ownTypesSayAll);
}

/** Pydantic follows classes that name each other further than Python's stack allows. */
const mostReferences = 40;

/** How many classes a schema may become: many that refer to each other are too many. */
export function mostClasses(schema: JsonSchema): number {
  const { targets } = new SchemaReferences(schema);
  return new Set(targets.values()).size > mostReferences ? mostReferences : Number.POSITIVE_INFINITY;
}

function ownTypesSayAll(schema: JsonSchema): boolean {
  const { properties, additionalProperties: others, anyOf, enum: values = [], const: only } = schema;
  const says = (word: keyof JsonSchema & string): boolean => schema[word] !== undefined;
  if (further.some(says) || schema.uniqueItems === true) return false;
  if (schema.$ref !== undefined && beside.some(says)) return false;
  if (hasOtherLimits(schema) || (typesOf(schema).length === 0 && structure.some(says))) return false;
  const isLoose = (value: unknown): boolean =>
    typeof value === 'object' ? value !== null : typeof value === 'number' && !Number.isSafeInteger(value);
  if ([...values, only].some(isLoose)) return false;
  const declared = meaningOf(schema).properties ?? {};
  const undeclared = (schema.required ?? []).some((name) => !Object.hasOwn(declared, name));
  const isNarrowed = anyOf !== undefined && meaningOf(schema).anyOf === undefined;
  return (
    !undeclared && !isNarrowed && !mayBeEndless(schema) && !(properties !== undefined && typeof others === 'object')
  );
}

/** Whether a reference leads to a list, a map or a choice, which may hold itself or others without end: a type says it for some way only. */
function mayBeEndless(schema: JsonSchema): boolean {
  const { properties, additionalProperties: others, anyOf } = meaningOf(schema);
  const holdsOthers = itemsOf(schema) !== undefined || typeof others === 'object' || anyOf !== undefined;
  return schema.$ref !== undefined && properties === undefined && holdsOthers;
}

const anything = py.imported('typing', 'Any');
const validator = py.imported('pydantic', 'model_validator');
const fitting = py.imported('app.runtime.json_schema', 'fitting');
const docstring = 'Checks what the types of the fields leave open.';

/** Of what a request's body holds, as it came. */
export function checkBefore(schema: Expr): Stmt {
  return py.def('fits_schema', {
    decorators: [py.call(validator, py.keyword('mode', py.literal('before'))), py.name('classmethod')],
    parameters: [{ name: py.identifier('cls') }, py.parameter('value', anything)],
    returns: anything,
    docstring,
    body: [py.returned(py.call(fitting, py.name('value'), schema))],
  });
}

/** Of a query, whose texts have become numbers and truth values only then. */
export function checkAfter(schema: Expr): Stmt {
  const given = py.call(py.imported('app.runtime.expressions', 'plain'), py.name('self'));
  return py.def('fits_schema', {
    decorators: [py.call(validator, py.keyword('mode', py.literal('after')))],
    parameters: [{ name: py.identifier('self') }],
    returns: py.imported('typing', 'Self'),
    docstring,
    body: [py.statement(py.call(fitting, given, schema)), py.returned(py.name('self'))],
  });
}
