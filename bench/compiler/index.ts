export { measureCompiler } from './measure.ts';
export { costChains, stepFunction } from './workflows.ts';
