import type { CheckedWorkflow } from '../../workflow/checked.ts';
import type { Diagnostic } from '../../workflow/diagnostics/diagnostic.ts';
import { parse, type Workflow } from '../../workflow/parse/parse.ts';
import { reviseNode, type Revision } from '../../workflow/parse/revise.ts';
import { examine } from '../../workflow/validate/check.ts';
import { revisable, reviseExamination, type RevisableExamination } from '../../workflow/validate/revise.ts';
import { sourceFiles } from '../../workflow/validate/workflowFolder.ts';
import { emitProject, reviseProject, type EmittedProject } from './emit.ts';
import type { GeneratedFile } from './GeneratedFile.ts';
import { plan } from './plan/index.ts';
import type { Plan } from './plan/plan.ts';
import { sha256Of, type Digest } from './project/sourceMap.ts';

/** What becomes of the text of a workflow file: that of `emit(plan(check(parse(text))))`, with all that was found on the way. */
export interface Compilation {
  readonly diagnostics: readonly Diagnostic[];
  /** Undefined when there are errors, and so are the files. */
  readonly checked: CheckedWorkflow | undefined;
  /** A file that did not change since the last time is the same object. */
  readonly files: readonly GeneratedFile[] | undefined;
}

/** Compiles one workflow file again and again while it is edited. */
export interface Compiler {
  /** As the function of that name; none when the text is not well-formed. */
  sourceFiles(text: string, sources?: ReadonlyMap<string, string>): readonly string[];
  /** @param sources the texts of these files, by their path from the folder of the workflow */
  compile(text: string, sources: ReadonlyMap<string, string>): Compilation;
}

export interface CompilerOptions {
  /** That of the workflow's own file, by which workflows that it calls could call it in turn. */
  readonly name?: string | undefined;
  /** Makes the SHA-256 of a text, where the machine has a faster one than JavaScript. */
  readonly sha256?: Digest;
}

/**
 * A compiler that remembers its last sound workflow. When the next text differs in the config of one node, and nothing else of the
 * workflow depends on what differs, it reads, checks and writes that node alone; else it compiles the whole anew.
 */
export function createCompiler({ name, sha256 = sha256Of }: CompilerOptions = {}): Compiler {
  return new IncrementalCompiler(name, sha256);
}

interface SoundCompilation {
  readonly workflow: Workflow;
  readonly sources: ReadonlyMap<string, string>;
  readonly examination: RevisableExamination;
  readonly plan: Plan;
  readonly project: EmittedProject;
  readonly compilation: Compilation;
}

class IncrementalCompiler implements Compiler {
  readonly #name: string | undefined;
  readonly #digest: Digest;
  #last: SoundCompilation | undefined;

  constructor(name: string | undefined, digest: Digest) {
    this.#name = name;
    this.#digest = digest;
  }

  sourceFiles(text: string, sources?: ReadonlyMap<string, string>): readonly string[] {
    const known = this.#last;
    const revised = known && reviseNode(known.workflow, text);
    if (revised !== undefined) return sourceFiles(revised.workflow, sources);
    const parsed = parse(text);
    return parsed.ok ? sourceFiles(parsed.value, sources) : [];
  }

  compile(text: string, sources: ReadonlyMap<string, string>): Compilation {
    const last = this.#last;
    if (last === undefined || !sameTexts(last.sources, sources)) return this.#compileAnew(text, sources);
    if (last.workflow.source.text === text) return last.compilation;
    const revision = reviseNode(last.workflow, text);
    const revised = revision && this.#revised(last, revision);
    if (revised === undefined) return this.#compileAnew(text, sources);
    this.#last = revised;
    return revised.compilation;
  }

  #revised(last: SoundCompilation, revision: Revision): SoundCompilation | undefined {
    const { workflow, after } = revision;
    const examination = reviseExamination(last.examination, revision, last.workflow.source.text);
    const { result } = examination ?? {};
    if (examination === undefined || !result?.ok) return undefined;
    const revisedPlan = { ...last.plan, checked: result.value };
    const project = reviseProject(last.project, revisedPlan, after.id, this.#digest);
    if (project === undefined) {
      this.#last = undefined;
      return undefined;
    }
    const compilation = { diagnostics: result.diagnostics, checked: result.value, files: project.files };
    return { workflow, sources: last.sources, examination, plan: revisedPlan, project, compilation };
  }

  #compileAnew(text: string, sources: ReadonlyMap<string, string>): Compilation {
    const parsed = parse(text);
    if (!parsed.ok) return { diagnostics: parsed.diagnostics, checked: undefined, files: undefined };
    const workflow = parsed.value;
    const examination = examine(workflow, sources, this.#name);
    const { result } = examination;
    const diagnostics = [...parsed.diagnostics, ...result.diagnostics];
    if (!result.ok) return { diagnostics, checked: undefined, files: undefined };
    const made = plan(result.value);
    const project = emitProject([made], this.#digest);
    const compilation = { diagnostics, checked: result.value, files: project.files };
    this.#last = {
      workflow,
      sources,
      examination: revisable(examination, workflow.source),
      plan: made,
      project,
      compilation,
    };
    return compilation;
  }
}

function sameTexts(one: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>): boolean {
  if (one === other) return true;
  return one.size === other.size && [...one].every(([path, text]) => other.get(path) === text);
}
