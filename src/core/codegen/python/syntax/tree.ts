import type { Json } from '../../../workflow/json.ts';

/**
 * The Python that the compiler writes, as a small syntax tree. Text from a workflow file can enter it in two ways only:
 * as a `literal`, and as an `Identifier`, which `names.ts` alone makes.
 */

declare const identifierBrand: unique symbol;
/** A valid, ASCII-only Python identifier that is no keyword. */
export type Identifier = string & { readonly [identifierBrand]: true };

/** Where a fragment comes from in the workflow, for the source map. */
export interface Origin {
  readonly node: string;
  /** The text of the expression that the fragment computes. */
  readonly expression?: string;
}

export type Expr =
  /** A name; with `module`, printing it adds `from module import name`; with `module` and `whole`, `import module`. */
  | { readonly kind: 'name'; readonly name: Identifier; readonly module?: string; readonly whole?: true }
  | { readonly kind: 'literal'; readonly value: Json }
  | { readonly kind: 'fstring'; readonly parts: readonly (string | Expr)[] }
  | { readonly kind: 'list'; readonly items: readonly Expr[] }
  | { readonly kind: 'tuple'; readonly items: readonly Expr[] }
  | { readonly kind: 'dict'; readonly entries: readonly DictEntry[] }
  | {
      readonly kind: 'call';
      readonly callee: Expr;
      readonly args: readonly Expr[];
      readonly keywords: readonly Keyword[];
    }
  | { readonly kind: 'attribute'; readonly object: Expr; readonly name: Identifier }
  | { readonly kind: 'subscript'; readonly object: Expr; readonly key: Expr }
  /** `object[from:to:step]` */
  | {
      readonly kind: 'slice';
      readonly object: Expr;
      readonly from?: number;
      readonly to?: number;
      readonly step?: number;
    }
  | { readonly kind: 'compare'; readonly left: Expr; readonly operator: CompareOperator; readonly right: Expr }
  | { readonly kind: 'boolean'; readonly operator: 'and' | 'or'; readonly operands: readonly Expr[] }
  | { readonly kind: 'arithmetic'; readonly left: Expr; readonly operator: ArithmeticOperator; readonly right: Expr }
  | { readonly kind: 'not' | 'negative'; readonly operand: Expr }
  | { readonly kind: 'union'; readonly members: readonly Expr[] }
  | { readonly kind: 'conditional'; readonly test: Expr; readonly then: Expr; readonly otherwise: Expr }
  | { readonly kind: 'await'; readonly value: Expr }
  /** `[element for target in iterable if condition]` */
  | {
      readonly kind: 'comprehension';
      readonly element: Expr;
      readonly target: Identifier;
      readonly iterable: Expr;
      readonly condition?: Expr;
    }
  /** A function with at most one parameter. */
  | { readonly kind: 'lambda'; readonly parameter?: Identifier; readonly body: Expr }
  /** `*value` in a list, a tuple or the arguments of a call. */
  | { readonly kind: 'starred'; readonly value: Expr }
  | { readonly kind: 'walrus'; readonly target: Identifier; readonly value: Expr }
  /** Marks what `value` prints as coming from an expression of the workflow; prints nothing itself. */
  | { readonly kind: 'origin'; readonly origin: Origin; readonly value: Expr };

export type CompareOperator = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'is' | 'is not' | 'in' | 'not in';
export type ArithmeticOperator = '+' | '-' | '*' | '/' | '//' | '%';
export type DictEntry = { readonly key: Expr; readonly value: Expr } | { readonly spread: Expr };

export interface Keyword {
  readonly name: Identifier;
  readonly value: Expr;
}

export interface Parameter {
  readonly name: Identifier;
  /** Left out for `self` and `cls`. */
  readonly annotation?: Expr;
  readonly default?: Expr;
}

export type Stmt =
  | {
      readonly kind: 'assign';
      readonly target: Expr;
      readonly annotation?: Expr;
      readonly value?: Expr;
      readonly node?: string;
    }
  | { readonly kind: 'expression'; readonly value: Expr; readonly node?: string }
  | { readonly kind: 'return'; readonly value?: Expr; readonly node?: string }
  | {
      readonly kind: 'if';
      readonly arms: readonly IfArm[];
      readonly otherwise?: readonly Stmt[];
      readonly node?: string;
      /** Its only arm is for the case that what the node tests does not hold. */
      readonly isNegated?: true;
    }
  | {
      readonly kind: 'with';
      readonly isAsync: boolean;
      readonly context: Expr;
      readonly as?: Identifier;
      readonly body: readonly Stmt[];
    }
  | {
      readonly kind: 'for';
      readonly targets: readonly Identifier[];
      readonly iterable: Expr;
      readonly body: readonly Stmt[];
      readonly node?: string;
    }
  | {
      readonly kind: 'function';
      readonly isAsync: boolean;
      readonly name: Identifier;
      readonly decorators: readonly Expr[];
      readonly parameters: readonly Parameter[];
      readonly returns: Expr;
      readonly docstring?: string;
      readonly body: readonly Stmt[];
      readonly node?: string;
    }
  | {
      readonly kind: 'class';
      readonly name: Identifier;
      readonly bases: readonly Expr[];
      readonly docstring?: string;
      readonly body: readonly Stmt[];
    }
  /** `try` with one `except`, and `else` when `otherwise` is given. */
  | {
      readonly kind: 'try';
      readonly body: readonly Stmt[];
      readonly handler: ExceptHandler;
      readonly otherwise?: readonly Stmt[];
      readonly node?: string;
    }
  | { readonly kind: 'assert'; readonly test: Expr; readonly message?: Expr }
  | { readonly kind: 'pass' }
  /** `raise` stands alone: what was caught goes on. */
  | { readonly kind: 'break' | 'continue' | 'raise'; readonly node?: string };

export interface IfArm {
  readonly test: Expr;
  readonly body: readonly Stmt[];
}

/** `except type as name:` */
export interface ExceptHandler {
  readonly type: Expr;
  readonly as?: Identifier;
  readonly body: readonly Stmt[];
}

export interface Module {
  readonly docstring?: string;
  /** Annotations are not worked out where they stand, so that they may name what comes later. */
  readonly postponesAnnotations?: true;
  readonly body: readonly Stmt[];
}

/** Lines (1-based) and columns (0-based, in characters) as CPython counts them. */
export interface SourceRange {
  readonly node: string;
  readonly expression?: string;
  readonly startLine: number;
  readonly startColumn: number;
  readonly endLine: number;
  readonly endColumn: number;
}
