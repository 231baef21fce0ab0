export { completionsAt, type Completion } from './completions.ts';
export { highlightsOf } from './highlight.ts';
export { hoverAt, type Hover } from './hover.ts';
export { lenientContext } from './lenientContext.ts';
export { calleeOf, type Callee, type CallParameter } from './parameters.ts';
export { previewOf, valueAtPath, type KnownValues } from './preview.ts';
export { readerAt } from './readableTypes.ts';
export { spanInString } from './spanInString.ts';
