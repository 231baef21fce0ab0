import { autocompletion, completionKeymap, pickedCompletion, startCompletion } from '@codemirror/autocomplete';
import type { Completion as Option, CompletionContext, CompletionResult } from '@codemirror/autocomplete';
import { RangeSetBuilder, type Extension } from '@codemirror/state';
import {
  Decoration,
  EditorView,
  hoverTooltip,
  keymap,
  ViewPlugin,
  type DecorationSet,
  type ViewUpdate,
} from '@codemirror/view';

import {
  highlightsOf,
  valueAtPath,
  type Completion,
  type Hover,
  type KnownValues,
} from '../../../core/workflow/language/index.ts';
import { compiler } from '../document/compiler.ts';

/** Where a text with expressions stands. */
export interface TemplatePlace {
  /** The node whose config has it. */
  readonly node: () => string;
  readonly values: () => KnownValues;
}

/** What makes an editor one of texts with `{{ … }}`. */
export function templateLanguage(place: TemplatePlace): Extension {
  return [
    highlighting,
    closingBraces,
    autocompletion({
      override: [async (context) => completing(place, context)],
      icons: false,
      closeOnBlur: true,
      interactionDelay: 30,
      optionClass: () => 'cm-template-option',
    }),
    keymap.of(completionKeymap),
    hoverTooltip(async (view, position) => {
      const found = await compiler().hover(place.node(), view.state.doc.toString(), position);
      if (found === undefined) return null;
      const { start, end } = found.span;
      return { pos: start, end, above: true, create: () => ({ dom: hoverElement(found, place.values()) }) };
    }),
  ];
}

const highlighting = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;
    constructor({ state }: EditorView) {
      this.decorations = decorationsOf(state.doc.toString());
    }
    update({ docChanged, state }: ViewUpdate): void {
      if (docChanged) this.decorations = decorationsOf(state.doc.toString());
    }
  },
  { decorations: ({ decorations }) => decorations },
);

const whole = Decoration.mark({ class: 'cm-expression', inclusive: false });

function decorationsOf(text: string): DecorationSet {
  const builder = new RangeSetBuilder<Decoration>();
  for (const { start, end, tokens } of highlightsOf(text)) {
    builder.add(start, end, whole);
    for (const token of tokens)
      if (token.start < token.end)
        builder.add(token.start, token.end, Decoration.mark({ class: `cm-expression-${token.kind}` }));
  }
  return builder.finish();
}

/** The second `{` brings its `}}` along, and typing these goes over them. */
const closingBraces = EditorView.inputHandler.of((view, from, to, text) => {
  if (from !== to) return false;
  const { doc } = view.state;
  const around = (start: number, end: number): string => doc.sliceString(Math.max(0, start), Math.min(doc.length, end));
  if (text === '{' && around(from - 1, from) === '{' && around(from - 2, from - 1) !== '{') {
    if (/^\s*\}\}/.test(around(from, from + 10))) return false;
    view.dispatch({ changes: { from, insert: '{  }}' }, selection: { anchor: from + 2 }, userEvent: 'input.type' });
    startCompletion(view);
    return true;
  }
  if (text !== '}') return false;
  const rest = around(from, from + 10);
  const first = /^ *\}(?=\})/.exec(rest)?.[0];
  const isSecond = around(from - 1, from) === '}' && rest.startsWith('}');
  const step = isSecond ? 1 : first?.length;
  if (step === undefined) return false;
  view.dispatch({ selection: { anchor: from + step }, userEvent: 'select' });
  return true;
});

async function completing(place: TemplatePlace, context: CompletionContext): Promise<CompletionResult | null> {
  const text = context.state.doc.toString();
  const offered = await compiler().completions(place.node(), text, context.pos);
  const [first] = offered;
  if (first === undefined || context.aborted) return null;
  const from = Math.min(first.replaces.end, Math.max(...offered.map(({ replaces }) => replaces.start)));
  return { from, options: offered.map((each, index) => optionOf(each, from, -index)), validFor: /^\w*$/ };
}

function optionOf(completion: Completion, listFrom: number, boost: number): Option {
  const { label, detail, documentation, insert, replaces, goesOn } = completion;
  return {
    label,
    detail,
    boost,
    ...(documentation !== undefined && { info: documentation }),
    apply: (view, option, from, to) => {
      const start = from - (listFrom - replaces.start);
      const end = Math.max(to, to - listFrom + replaces.end - (to - from));
      view.dispatch({
        changes: { from: start, to: end, insert },
        selection: { anchor: start + insert.length },
        userEvent: 'input.complete',
        annotations: pickedCompletion.of(option),
      });
      if (goesOn) startCompletion(view);
    },
  };
}

const longestValue = 400;

function hoverElement({ title, type, documentation, mayBeMissing, path }: Hover, values: KnownValues): HTMLElement {
  const element = document.createElement('div');
  element.className = 'flex max-w-80 flex-col gap-1 p-2';
  const add = (className: string, text: string): void => {
    const line = document.createElement('div');
    line.className = className;
    line.textContent = text;
    element.append(line);
  };
  add('font-mono text-xs font-semibold', title);
  const types = [type, mayBeMissing ? 'may be missing' : undefined].filter((each) => each !== undefined);
  if (types.length > 0) add('text-2xs text-muted', types.join(', '));
  if (documentation !== undefined) add('text-xs', documentation);
  const value = path === undefined ? undefined : valueAtPath(values, path);
  if (value !== undefined) {
    const text = typeof value === 'string' ? value : JSON.stringify(value, null, 2);
    const cut = text.length > longestValue ? `${text.slice(0, longestValue)}…` : text;
    add('mt-1 text-2xs text-muted', 'In the run that is shown');
    add('max-h-40 overflow-auto rounded-control bg-sunken px-1.5 py-1 font-mono text-2xs whitespace-pre-wrap', cut);
  }
  return element;
}
