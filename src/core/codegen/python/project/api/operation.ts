/** What stands in the document: OpenAPI's own words. */
export type Described = Readonly<Record<string, unknown>>;

const requestId: Described = { 'x-request-id': { schema: { type: 'string' } } };

/** An answer, whose kinds of content are by their media types; every answer has the id of its request. */
export function answered(
  content: Described,
  headers: Described = {},
  description = 'What the workflow answers.',
): Described {
  const body = Object.keys(content).length === 0 ? {} : { content };
  return { description, headers: { ...requestId, ...headers }, ...body };
}

/** A file of the description: a line for each schema and each kind of answer, so that a change shows where it is. */
export function printed({ operation, schemas }: { readonly operation: object; readonly schemas: object }): string {
  const lines = (value: object): string =>
    Object.entries(value)
      .map(([key, each]) => `\n    ${JSON.stringify(key)}: ${JSON.stringify(each)}`)
      .join();
  return `{\n  "operation": {${lines(operation)}\n  },\n  "schemas": {${lines(schemas)}\n  }\n}\n`;
}
