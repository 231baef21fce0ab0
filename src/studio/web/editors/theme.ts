import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import type { Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

/** The page's content security policy lets in only styles that bear this. */
function nonce(): Extension {
  const found = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]');
  return found === null ? [] : EditorView.cspNonce.of(found.nonce || found.content);
}

const underline = (color: string) => ({
  backgroundImage: 'none',
  paddingBottom: '0',
  textDecoration: `underline wavy var(${color}) 1px`,
  textUnderlineOffset: '3px',
  textDecorationSkipInk: 'none',
});

const look = EditorView.theme({
  '&': { color: 'var(--ink)', backgroundColor: 'transparent', fontSize: 'inherit' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'inherit', lineHeight: 'inherit' },
  '.cm-content': { caretColor: 'var(--ink)', padding: '5px 0' },
  '.cm-line': { padding: '0 8px' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    background: 'color-mix(in srgb, var(--accent) 26%, transparent)',
  },
  '.cm-gutters': {
    backgroundColor: 'transparent',
    color: 'var(--faint)',
    border: 'none',
    fontSize: 'var(--text-2xs)',
  },
  '.cm-lineNumbers .cm-gutterElement': { padding: '0 4px 0 8px' },
  '.cm-placeholder': { color: 'var(--faint)' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'transparent' },
  '.cm-marked': { backgroundColor: 'var(--accent-soft)' },
  '.cm-tooltip': {
    border: '1px solid var(--line-strong)',
    borderRadius: 'var(--radius-control)',
    backgroundColor: 'var(--raised)',
    color: 'var(--ink)',
    boxShadow: 'var(--shadow-overlay)',
    fontSize: 'var(--text-xs)',
    overflow: 'hidden',
    zIndex: '60',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': {
    fontFamily: 'var(--font-mono)',
    fontSize: 'var(--text-xs)',
    maxHeight: '16rem',
    minWidth: '14rem',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': {
    display: 'flex',
    alignItems: 'baseline',
    gap: '0.75rem',
    padding: '3px 8px',
  },
  '.cm-tooltip-autocomplete ul li[aria-selected]': { background: 'var(--accent-soft)', color: 'var(--ink)' },
  '.cm-completionMatchedText': { textDecoration: 'none', color: 'var(--accent)', fontWeight: '600' },
  '.cm-completionDetail': {
    marginLeft: 'auto',
    fontFamily: 'var(--font-sans)',
    fontStyle: 'normal',
    color: 'var(--muted)',
  },
  '.cm-tooltip.cm-completionInfo': { padding: '6px 8px', maxWidth: '18rem' },
  '.cm-lintRange-error': underline('--danger'),
  '.cm-lintRange-warning': underline('--warning'),
  '.cm-lintRange-active': { backgroundColor: 'transparent' },
  '.cm-diagnostic': { padding: '6px 8px', borderLeft: 'none', maxWidth: '22rem', whiteSpace: 'pre-wrap' },
  '.cm-diagnosticText': { display: 'block' },
  '.cm-diagnosticAction': {
    margin: '6px 6px 0 0',
    padding: '2px 8px',
    border: '1px solid var(--line-strong)',
    borderRadius: 'var(--radius-control)',
    backgroundColor: 'var(--surface)',
    color: 'var(--ink)',
    font: 'inherit',
  },
  '.cm-lintPoint::after': { display: 'none' },
  '.cm-matchingBracket, &.cm-focused .cm-matchingBracket': { backgroundColor: 'var(--accent-soft)' },
  // Expressions stand out from the text around them.
  '.cm-expression': {
    backgroundColor: 'var(--accent-soft)',
    borderRadius: '4px',
    padding: '1px 0',
    fontFamily: 'var(--font-mono)',
    fontSize: '0.92em',
    wordBreak: 'break-all',
    boxDecorationBreak: 'clone',
  },
  '.cm-expression-brace': { color: 'var(--faint)' },
  '.cm-expression-root': { color: 'var(--accent)', fontWeight: '600' },
  '.cm-expression-key': { color: 'var(--accent)' },
  '.cm-expression-filter, .cm-expression-word': { color: 'var(--info)' },
  '.cm-expression-string, .cm-expression-number': { color: 'var(--success)' },
  '.cm-expression-invalid': { color: 'var(--danger)' },
});

const syntax = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.controlKeyword, tags.definitionKeyword], color: 'var(--accent)' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--success)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--info)' },
  { tag: [tags.comment, tags.lineComment], color: 'var(--faint)', fontStyle: 'italic' },
  { tag: [tags.propertyName], color: 'var(--info)' },
  {
    tag: [tags.function(tags.variableName), tags.function(tags.definition(tags.variableName))],
    color: 'var(--warning)',
  },
  { tag: [tags.className, tags.typeName, tags.definition(tags.typeName)], color: 'var(--warning)' },
]);

/** How every editor of the page looks: by the page's own tokens, light and dark. */
export function editorLook(): Extension {
  return [nonce(), look, syntaxHighlighting(syntax)];
}
