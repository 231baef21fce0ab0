/** Where in an expression something is wrong. */
export interface JmespathSpan {
  readonly start: number;
  readonly end: number;
}

/** What is wrong with a JMESPath expression; caught where it is asked for. */
export class JmespathError extends Error {
  readonly span: JmespathSpan;
  readonly suggestion: string | undefined;

  constructor(message: string, span: JmespathSpan, suggestion?: string) {
    super(message);
    this.span = span;
    this.suggestion = suggestion;
  }
}
