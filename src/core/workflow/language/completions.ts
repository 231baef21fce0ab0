import { filters } from '../expressions/filters.ts';
import { operatorWords } from '../expressions/scanner.ts';
import { functions } from '../expressions/functions.ts';
import { filterNames, functionNames, type Span } from '../expressions/syntax.ts';
import { typeOfExpression } from '../expressions/types.ts';
import { typesOf } from '../jsonSchema.ts';
import type { CheckContext } from '../validate/context.ts';
import { scopeOf } from '../validate/expressionContext.ts';
import { expressionAt, isSymbol, type PlacedToken, type WrittenPath } from './expressionAt.ts';
import { localPath, readableUnder, typeAt, typeText, type Readable, type Reader } from './readableTypes.ts';

export interface Completion {
  readonly kind: 'value' | 'node' | 'key' | 'variable' | 'filter' | 'word';
  readonly label: string;
  /** Its type, in a few words. */
  readonly detail: string;
  readonly documentation: string | undefined;
  /** What takes the place of `replaces`, to the character. */
  readonly insert: string;
  readonly replaces: Span;
  /** Whether more is to follow, such as a key. */
  readonly goesOn: boolean;
}

const roots = [
  { root: 'input', documentation: 'What the caller sent' },
  { root: 'caller', documentation: 'Who asks' },
  { root: 'nodes', documentation: 'What steps before this one gave' },
  { root: 'env', documentation: 'Environment variables that the workflow lists' },
] as const;

const plainName = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** Ids may have hyphens behind a dot. */
const dotName = /^[A-Za-z_][A-Za-z0-9_-]*$/;

/**
 * What can stand at an offset of a text, for an expression that is being typed there; none outside of expressions.
 * @param reader the node whose config has the text
 */
export function completionsAt(
  context: CheckContext,
  reader: Reader,
  text: string,
  offset: number,
): readonly Completion[] {
  const expression = expressionAt(text, offset);
  if (expression === undefined) return [];
  const { tokens } = expression;
  const touched = tokens.findIndex(
    ({ token }) => token.kind === 'name' && token.span.start <= offset && offset <= token.span.end,
  );
  const isInside = tokens.some(
    ({ token }) =>
      (token.kind === 'string' || token.kind === 'invalid') && token.span.start < offset && offset < token.span.end,
  );
  if (isInside) return [];
  const earlier = touched >= 0 ? tokens.slice(0, touched) : tokens.filter(({ token }) => token.span.end <= offset);
  const replaces = tokens[touched]?.token.span ?? { start: offset, end: offset };
  const before = earlier.at(-1);
  if (isSymbol(before?.token, '.'))
    return before?.path === undefined ? [] : members(context, reader, before.path, replaces, before, text);
  if (isSymbol(before?.token, '['))
    return before?.path === undefined ? [] : keys(context, reader, before.path, replaces);
  if (isSymbol(before?.token, '|')) return filterCompletions(context, reader, earlier, replaces);
  if (endsOperand(before)) return operators(replaces);
  const { locals } = expression;
  const variables = [...locals].map(([name, over]): Completion => ({
    kind: 'value',
    label: name,
    detail: typeText(typeOfExpression(localPath([name], over), scopeOf(context, reader)).schema),
    documentation: 'An item of the list that the loop goes through',
    insert: name,
    replaces,
    goesOn: false,
  }));
  const blocks =
    before === undefined ? blockWords(replaces, locals.size > 0 || /\{\{\s*if\b/.test(text.slice(0, offset))) : [];
  return [...variables, ...operands(context, reader, replaces, text), ...calls(replaces), ...blocks];
}

function calls(replaces: Span): readonly Completion[] {
  return functionNames.map((name) => ({
    kind: 'word',
    label: `${name}()`,
    detail: `gives ${typeText(functions[name].gives)}`,
    documentation: functions[name].description,
    insert: `${name}()`,
    replaces,
    goesOn: false,
  }));
}

/** What may stand alone between braces. @param isInside in a block */
function blockWords(replaces: Span, isInside: boolean): readonly Completion[] {
  const inside = [
    word('end', 'Where the block ends', 'end', replaces),
    word('else', 'What stands there otherwise', 'else', replaces),
  ];
  return [
    word('for … in …', 'A text for each item of a list', 'for item in ', replaces),
    word('if …', 'A text that stands there only when this is true', 'if ', replaces),
    ...(isInside ? inside : []),
  ];
}

/** The dot before a key, unless it is there already. */
function dotToCome(text: string, { end }: Span): string {
  return text[end] === '.' ? '' : '.';
}

function endsOperand(before: PlacedToken | undefined): boolean {
  if (before === undefined) return false;
  const { token, path } = before;
  if (token.kind === 'string' || token.kind === 'number') return true;
  if (token.kind === 'name') return path !== undefined || !operatorWords.includes(token.text);
  return [')', ']', '}'].some((closing) => isSymbol(token, closing));
}

function members(
  context: CheckContext,
  reader: Reader,
  path: WrittenPath,
  replaces: Span,
  dot: PlacedToken,
  text: string,
): readonly Completion[] {
  const toCome = dotToCome(text, replaces);
  return readableUnder(context, reader, path).map((readable) => {
    const isPlain = dotName.test(readable.key);
    const goesOn = path.root === 'nodes' && path.keys.length === 0;
    return {
      ...shown(readable, kindUnder(path)),
      insert: isPlain ? `${readable.key}${goesOn ? toCome : ''}` : `[${JSON.stringify(readable.key)}]`,
      replaces: isPlain ? replaces : { start: dot.token.span.start, end: replaces.end },
      goesOn,
    };
  });
}

function keys(context: CheckContext, reader: Reader, path: WrittenPath, replaces: Span): readonly Completion[] {
  const type = typeAt(context, reader, path);
  if (type !== undefined && typesOf(type.schema).includes('array'))
    return [
      {
        kind: 'key',
        label: '0',
        detail: 'the first item',
        documentation: undefined,
        insert: '0]',
        replaces,
        goesOn: false,
      },
    ];
  return readableUnder(context, reader, path).map((readable) => ({
    ...shown(readable, kindUnder(path)),
    insert: `${JSON.stringify(readable.key)}]`,
    replaces,
    goesOn: false,
  }));
}

function kindUnder({ root, keys: known }: WrittenPath): Completion['kind'] {
  if (root === 'env') return 'variable';
  return root === 'nodes' && known.length === 0 ? 'node' : 'key';
}

function shown(
  { key, schema, certain, description }: Readable,
  kind: Completion['kind'],
): Pick<Completion, 'kind' | 'label' | 'detail' | 'documentation'> {
  const type = kind === 'node' ? '' : typeText(schema);
  const doubt = kind === 'node' ? 'may not have run' : kind === 'variable' ? '' : 'may be missing';
  return {
    kind,
    label: key,
    detail: [type, certain ? '' : doubt].filter(Boolean).join(', '),
    documentation: schema.description ?? description,
  };
}

/** Filters that take what stands before the bar; all of them where its type is not known. */
function filterCompletions(
  context: CheckContext,
  reader: Reader,
  earlier: readonly PlacedToken[],
  replaces: Span,
): readonly Completion[] {
  const subject = earlier.at(-2)?.path;
  const type = subject === undefined ? undefined : typeAt(context, reader, subject);
  const types = type === undefined ? [] : typesOf(type.schema);
  return filterNames
    .filter((name) => {
      const { takes } = filters[name];
      return takes.length === 0 || types.length === 0 || types.some((given) => takes.includes(given));
    })
    .map((name) => {
      const { arity, gives, description, example = '' } = filters[name];
      const argument = name === 'default' ? "('')" : arity[0] > 0 ? `(${example})` : '';
      return {
        kind: 'filter',
        label: name,
        detail: gives === undefined ? '' : `gives ${typeText({ type: gives })}`,
        documentation: description,
        insert: `${name}${argument}`,
        replaces,
        goesOn: false,
      };
    });
}

function operators(replaces: Span): readonly Completion[] {
  return [
    word('and', 'Both are true', 'and ', replaces),
    word('or', 'One of them is true', 'or ', replaces),
    word('in', 'Is one of a list, part of a text, or a key', 'in ', replaces),
    word('if … else …', 'This value or another', "if true else ''", replaces),
    word('~', 'Texts one behind the other', '~ ', replaces),
    word('| default(…)', filters.default.description, "| default('')", replaces),
  ];
}

/** Where a value begins: what it may begin with, and whole paths that are often meant. */
function operands(context: CheckContext, reader: Reader, replaces: Span, text: string): readonly Completion[] {
  const starts = roots
    .filter(({ root }) => readableUnder(context, reader, { root, keys: [] }).length > 0)
    .map(({ root, documentation }): Completion => ({
      kind: 'value',
      label: root,
      detail: '',
      documentation,
      insert: `${root}${dotToCome(text, replaces)}`,
      replaces,
      goesOn: true,
    }));
  return [
    ...wholePaths(context, reader, replaces),
    ...starts,
    word('not', 'The opposite', 'not ', replaces),
    word('true', 'Always true', 'true', replaces),
    word('false', 'Never true', 'false', replaces),
    word('null', 'Nothing', 'null', replaces),
  ];
}

function wholePaths(context: CheckContext, reader: Reader, replaces: Span): readonly Completion[] {
  const whole = (readable: Readable, label: string, kind: Completion['kind']): readonly Completion[] =>
    plainName.test(readable.key) || kind === 'node'
      ? [{ ...shown(readable, kind), kind, label, insert: label, replaces, goesOn: false }]
      : [];
  const inputs = readableUnder(context, reader, { root: 'input', keys: [] });
  const outputs = readableUnder(context, reader, { root: 'nodes', keys: [] }).flatMap((node) => {
    const handles = readableUnder(context, reader, { root: 'nodes', keys: [node.key] });
    return handles.flatMap((handle) => {
      const path = `nodes.${node.key}.${handle.key}`;
      const texts = membersOfText(context, reader, [node.key, handle.key]);
      return [...texts.flatMap((text) => whole(text, `${path}.${text.key}`, 'value')), ...whole(handle, path, 'value')];
    });
  });
  return [...inputs.flatMap((input) => whole(input, `input.${input.key}`, 'value')), ...outputs];
}

/** The text that a value mainly is: the first of its members that surely is text. */
function membersOfText(context: CheckContext, reader: Reader, keysOfValue: readonly string[]): readonly Readable[] {
  const found = readableUnder(context, reader, { root: 'nodes', keys: keysOfValue }).find(({ schema }) =>
    typesOf(schema).includes('string'),
  );
  return found === undefined ? [] : [found];
}

function word(label: string, documentation: string, insert: string, replaces: Span): Completion {
  return { kind: 'word', label, detail: '', documentation, insert, replaces, goesOn: false };
}
