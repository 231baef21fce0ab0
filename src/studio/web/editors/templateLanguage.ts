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
import type { TextPlace } from '../document/compilerProtocol.ts';

/** What expressions read, and whether a run gave it or it is made up. */
export type ShownValues = KnownValues & { readonly isSample: boolean };

/** Where a text with expressions stands. */
export interface TemplatePlace {
  /** The node whose config has it, and under which key. */
  readonly place: () => TextPlace;
  readonly values: () => ShownValues;
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
      const found = await compiler().hover(place.place(), view.state.doc.toString(), position);
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
  // Its blanks are there already.
  if (text === ' ' && around(from - 3, from) === '{{ ' && around(from, from + 3) === ' }}') return true;
  if (text !== '}') return false;
  if (around(from - 1, from) === '}' && around(from, from + 1) === '}') {
    view.dispatch({ selection: { anchor: from + 1 }, userEvent: 'select' });
    return true;
  }
  const behind = /^ *(?=\}\})/.exec(around(from, from + 10))?.[0];
  if (behind === undefined) return false;
  const before = / *$/.exec(around(from - 10, from))?.[0] ?? '';
  const start = from - before.length;
  view.dispatch({
    changes: { from: start, to: from + behind.length, insert: ' ' },
    selection: { anchor: start + 2 },
    userEvent: 'input.type',
  });
  return true;
});

async function completing(place: TemplatePlace, context: CompletionContext): Promise<CompletionResult | null> {
  const text = context.state.doc.toString();
  const offered = await compiler().completions(place.place(), text, context.pos);
  const [first] = offered;
  if (first === undefined || context.aborted) return null;
  const from = Math.min(first.replaces.end, Math.max(...offered.map(({ replaces }) => replaces.start)));
  return matching(offered, from, from, text.slice(from, context.pos));
}

/**
 * What of the offered has in it what is typed: at its start, at the start of one of its names, anywhere. While a name is being
 * typed this is all that changes, so nobody has to be asked again.
 * @param askedFrom where the name began when it was asked for
 */
function matching(
  offered: readonly Completion[],
  askedFrom: number,
  from: number,
  typed: string,
): CompletionResult | null {
  const wanted = typed.toLowerCase();
  const ranked = offered.map((each) => ({ each, rank: rankOf(each.label.toLowerCase(), wanted) }));
  const options = ranked
    .filter(({ rank }) => rank < notFound)
    .toSorted((one, other) => one.rank - other.rank)
    .map(({ each }) => optionOf(each, askedFrom));
  if (options.length === 0) return null;
  return {
    from,
    options,
    filter: false,
    getMatch: ({ label }) => {
      const start = label.toLowerCase().indexOf(wanted);
      return wanted === '' || start < 0 ? [] : [start, start + wanted.length];
    },
    update: (_current, now, to, { state }) => {
      const name = state.sliceDoc(now, to);
      return /^\w*$/.test(name) ? matching(offered, askedFrom, now, name) : null;
    },
  };
}

const notFound = 3;

function rankOf(label: string, wanted: string): number {
  if (label.startsWith(wanted)) return 0;
  if (label.includes(`.${wanted}`)) return 1;
  return label.includes(wanted) ? 2 : notFound;
}

function optionOf(completion: Completion, listFrom: number): Option {
  const { label, detail, documentation, insert, replaces, goesOn } = completion;
  return {
    label,
    detail,
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

function hoverElement({ title, type, documentation, mayBeMissing, path }: Hover, values: ShownValues): HTMLElement {
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
    add('mt-1 text-2xs text-muted', values.isSample ? 'For example' : 'In the run that is shown');
    add('max-h-40 overflow-auto rounded-control bg-sunken px-1.5 py-1 font-mono text-2xs whitespace-pre-wrap', cut);
  }
  return element;
}
