interface ArgumentCount {
  readonly least: number;
  readonly most: number;
}

const taking = (least: number, most: number, names: string): readonly (readonly [string, ArgumentCount])[] =>
  names.split(' ').map((name) => [name, { least, most }]);

/** How many arguments the functions of JMESPath take. https://jmespath.org/specification.html#built-in-functions */
export const jmespathFunctions: ReadonlyMap<string, ArgumentCount> = new Map([
  ...taking(1, 1, 'abs avg ceil floor keys length max min reverse sort sum to_array to_number to_string type values'),
  ...taking(2, 2, 'contains ends_with join map max_by min_by sort_by starts_with'),
  ...taking(1, Number.POSITIVE_INFINITY, 'merge not_null'),
]);
