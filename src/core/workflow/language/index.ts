export { completionsAt, type Completion } from './completions.ts';
export { highlightsOf, type Highlight, type HighlightKind, type HighlightedExpression } from './highlight.ts';
export { hoverAt, type Hover } from './hover.ts';
export { lenientContext } from './lenientContext.ts';
export { calleeOf, type Callee, type CallParameter } from './parameters.ts';
export { previewOf, valueAtPath, type KnownValues, type PreviewPart } from './preview.ts';
export { spanInString } from './spanInString.ts';
