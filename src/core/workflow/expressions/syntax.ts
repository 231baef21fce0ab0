/** Half-open range of UTF-16 offsets inside the string that holds the expression. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export const filterNames = [
  'default',
  'json',
  'length',
  'first',
  'last',
  'upper',
  'lower',
  'trim',
  'join',
  'round',
  'int',
  'float',
  'string',
  'pluck',
  'where',
  'sort_by',
  'unique',
  'reverse',
  'slice',
  'batch',
  'flatten',
  'sum',
  'min',
  'max',
  'keys',
  'values',
  'merge',
  'contains',
  'replace',
  'split',
  'truncate',
  'starts_with',
  'parse_json',
  'format_date',
  'to_fixed',
  'url_encode',
  'html_escape',
] as const;
export type FilterName = (typeof filterNames)[number];

export type ComparisonOperator = '==' | '!=' | '<' | '<=' | '>' | '>=';
export type ArithmeticOperator = '+' | '-' | '*' | '/' | '//' | '%';
export type MembershipOperator = 'in' | 'not in';
/** `local` is the variable of a `{{ for … }}` around it, the first of the path's keys. */
export type PathRoot = 'input' | 'caller' | 'env' | 'nodes' | 'local';

/** Functions, which give another value each time; none takes arguments. */
export const functionNames = ['now', 'uuid', 'random'] as const;
export type FunctionName = (typeof functionNames)[number];

export interface PathSegment {
  readonly key: string | number;
  readonly span: Span;
}

export interface PathExpression {
  readonly kind: 'path';
  readonly root: PathRoot;
  readonly segments: readonly PathSegment[];
  /** With the root `local`: the list of whose items it is one. */
  readonly over?: Expression;
  readonly span: Span;
}

/** `now()` */
export interface CallExpression {
  readonly kind: 'call';
  readonly name: FunctionName;
  readonly span: Span;
}

/** `'key': value` in an object. */
export interface ObjectEntry {
  readonly key: string;
  readonly value: Expression;
}

export type Expression =
  | {
      readonly kind: 'literal';
      readonly value: string | number | boolean | null;
      /** Text that stands in a block itself, and is no value. */
      readonly isText?: true;
      readonly span: Span;
    }
  | PathExpression
  | CallExpression
  | { readonly kind: 'not'; readonly operand: Expression; readonly span: Span }
  | {
      readonly kind: 'logical';
      readonly operator: 'and' | 'or';
      readonly left: Expression;
      readonly right: Expression;
      readonly span: Span;
    }
  | {
      readonly kind: 'comparison';
      readonly operator: ComparisonOperator;
      readonly left: Expression;
      readonly right: Expression;
      readonly span: Span;
    }
  | {
      readonly kind: 'membership';
      readonly operator: MembershipOperator;
      readonly left: Expression;
      readonly right: Expression;
      readonly span: Span;
    }
  | {
      readonly kind: 'arithmetic';
      readonly operator: ArithmeticOperator;
      readonly left: Expression;
      readonly right: Expression;
      readonly operatorSpan: Span;
      readonly span: Span;
    }
  | { readonly kind: 'negative'; readonly operand: Expression; readonly span: Span }
  /** Texts, and what becomes text, one behind the other. */
  | { readonly kind: 'concatenation'; readonly parts: readonly Expression[]; readonly span: Span }
  | {
      readonly kind: 'conditional';
      readonly test: Expression;
      readonly then: Expression;
      readonly otherwise: Expression;
      /** `{{ if test }}then{{ else }}otherwise{{ end }}`: both are texts. */
      readonly isBlock?: true;
      readonly span: Span;
    }
  /** `{{ for variable in list }}body{{ end }}`: the text of the body for each item, one behind the other. */
  | {
      readonly kind: 'each';
      readonly variable: string;
      readonly list: Expression;
      readonly body: Expression;
      readonly span: Span;
    }
  | { readonly kind: 'list'; readonly items: readonly Expression[]; readonly span: Span }
  | { readonly kind: 'object'; readonly entries: readonly ObjectEntry[]; readonly span: Span }
  | {
      readonly kind: 'filter';
      readonly name: FilterName;
      readonly subject: Expression;
      readonly args: readonly Expression[];
      readonly nameSpan: Span;
      readonly span: Span;
    };

export interface SyntaxProblem {
  readonly kind: 'syntax' | 'root' | 'filter' | 'arguments' | 'number' | 'key' | 'size';
  readonly message: string;
  readonly span: Span;
  /** What to write instead, when that is clear. */
  readonly hint?: string;
  /** The name that was probably meant by the one at `span`. */
  readonly suggestion?: string | undefined;
}

export type TemplatePart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'expression'; readonly expression: Expression; readonly source: string; readonly span: Span };

/**
 * A config string in which `{{ … }}` stands for values. A class, so that no object in a user's JSON can be mistaken for one.
 * With problems, `parts` holds what could be read; such a template never reaches the code generator.
 */
export class Template {
  readonly source: string;
  readonly parts: readonly TemplatePart[];
  readonly problems: readonly SyntaxProblem[];

  constructor(source: string, parts: readonly TemplatePart[], problems: readonly SyntaxProblem[]) {
    this.source = source;
    this.parts = parts;
    this.problems = problems;
  }

  /** The text, when the template holds no expression; otherwise undefined. */
  get constant(): string | undefined {
    if (this.parts.length === 0) return '';
    const [part] = this.parts;
    return this.parts.length === 1 && part?.kind === 'text' ? part.text : undefined;
  }

  /** The expression, when the whole string is one (its value then keeps its type); otherwise undefined. */
  get single(): Expression | undefined {
    const [part] = this.parts;
    return this.parts.length === 1 && part?.kind === 'expression' ? part.expression : undefined;
  }
}

/** JSON in which every string may hold expressions. */
export type TemplateJson =
  | Template
  | number
  | boolean
  | null
  | readonly TemplateJson[]
  | { readonly [key: string]: TemplateJson };
