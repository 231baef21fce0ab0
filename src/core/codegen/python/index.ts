export { createCompiler, type Compilation, type Compiler, type CompilerOptions } from './compiler.ts';
export { emit, emitWith } from './emit.ts';
export type { GeneratedFile } from './GeneratedFile.ts';
export { plan } from './plan/index.ts';
export { linesAt, nodeLines, type NodeLines } from './project/nodeLines.ts';
export { modelParts, type ModelPart } from './project/modelParts.ts';
export { sampleObject } from './project/sample.ts';
export type { Plan } from './plan/plan.ts';
