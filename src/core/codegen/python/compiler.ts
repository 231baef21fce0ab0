import type { CheckedWorkflow } from '../../workflow/checked.ts';
import type { Diagnostic, Result } from '../../workflow/diagnostics/diagnostic.ts';
import { parse, type Workflow } from '../../workflow/parse/parse.ts';
import { revise, type Revision } from '../../workflow/parse/revise.ts';
import type { WorkflowNode } from '../../workflow/types.ts';
import { examine, type Examination } from '../../workflow/validate/check.ts';
import type { CheckContext } from '../../workflow/validate/context.ts';
import { reviseExamination } from '../../workflow/validate/revise.ts';
import { sourceFiles } from '../../workflow/validate/workflowFolder.ts';
import { emitProject, reviseProject, type EmittedProject, type NodeRevision } from './emit.ts';
import type { GeneratedFile } from './GeneratedFile.ts';
import { plan } from './plan/index.ts';
import type { Plan } from './plan/plan.ts';
import { revisePlan } from './plan/revise.ts';
import { crc32Of, type Checksum } from './project/sourceMap.ts';

/** What becomes of the text of a workflow file: that of `emit(plan(check(parse(text))))`, with all that was found on the way. */
export interface Compilation {
  readonly diagnostics: readonly Diagnostic[];
  /** What the rules looked at, errors or not; undefined when the text has not the form of a workflow. */
  readonly context: CheckContext | undefined;
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
  /** Makes the CRC-32 of a text, where the machine has a faster one than JavaScript. */
  readonly crc32?: Checksum | undefined;
}

/**
 * A compiler that remembers what it last read and what it last wrote. When the next text differs inside of nodes, it reads and
 * checks these anew and what they concern, and where the steps of the workflow stay the same, writes no more than these; else
 * it compiles the whole anew.
 */
export function createCompiler({ name, crc32 = crc32Of }: CompilerOptions = {}): Compiler {
  return new IncrementalCompiler(name, crc32);
}

/** The last text that could be read, and what was found. */
interface Examined {
  readonly workflow: Workflow;
  readonly sources: ReadonlyMap<string, string>;
  readonly examination: Examination;
  readonly compilation: Compilation;
}

/** The last project that was written. */
interface Written {
  readonly nodes: readonly WorkflowNode[];
  readonly plan: Plan;
  readonly project: EmittedProject;
}

class IncrementalCompiler implements Compiler {
  readonly #name: string | undefined;
  readonly #checksum: Checksum;
  #examined: Examined | undefined;
  /** The last text that was read as an edit of that workflow. */
  #read:
    | { readonly workflow: Workflow; readonly text: string; readonly revision: Result<Revision> | undefined }
    | undefined;
  /** Of the same graph as what was examined last. */
  #written: Written | undefined;

  constructor(name: string | undefined, checksum: Checksum) {
    this.#name = name;
    this.#checksum = checksum;
  }

  sourceFiles(text: string, sources?: ReadonlyMap<string, string>): readonly string[] {
    const revised = this.#examined && this.#revision(this.#examined.workflow, text);
    if (revised !== undefined) return revised.ok ? sourceFiles(revised.value.workflow, sources) : [];
    const parsed = parse(text);
    return parsed.ok ? sourceFiles(parsed.value, sources) : [];
  }

  compile(text: string, sources: ReadonlyMap<string, string>): Compilation {
    const last = this.#examined;
    if (last === undefined || !sameTexts(last.sources, sources)) return this.#compileAnew(text, sources);
    if (last.workflow.source.text === text) return last.compilation;
    const revision = this.#revision(last.workflow, text);
    if (revision === undefined) return this.#compileAnew(text, sources);
    if (!revision.ok) return unsound(revision.diagnostics);
    const { workflow } = revision.value;
    const examination = reviseExamination(last.examination, revision.value);
    return examination === undefined
      ? this.#compileAnew(text, sources)
      : this.#compiled({ workflow, sources: last.sources, examination }, []);
  }

  /** A text is mostly asked for its files first, then compiled. */
  #revision(workflow: Workflow, text: string): Result<Revision> | undefined {
    if (this.#read?.workflow !== workflow || this.#read.text !== text)
      this.#read = { workflow, text, revision: revise(workflow, text) };
    return this.#read.revision;
  }

  #compileAnew(text: string, sources: ReadonlyMap<string, string>): Compilation {
    const parsed = parse(text);
    if (!parsed.ok) return unsound(parsed.diagnostics);
    this.#written = undefined;
    const examination = examine(parsed.value, sources, this.#name);
    return this.#compiled({ workflow: parsed.value, sources, examination }, parsed.diagnostics);
  }

  /** @param found what was found while the text was read */
  #compiled(examined: Omit<Examined, 'compilation'>, found: readonly Diagnostic[]): Compilation {
    const { result, context } = examined.examination;
    const diagnostics = [...found, ...result.diagnostics];
    const compilation = result.ok
      ? { diagnostics, context, checked: result.value, files: this.#write(examined.examination, result.value) }
      : unsound(diagnostics, context);
    this.#examined = { ...examined, compilation };
    return compilation;
  }

  #write(examination: Examination, checked: CheckedWorkflow): readonly GeneratedFile[] {
    const revised = this.#written && this.#revised(this.#written, examination, checked);
    const { plan: planned, project } = revised ?? {};
    const made = planned ?? plan(checked);
    const written = {
      nodes: examination.context.file.nodes,
      plan: made,
      project: project ?? emitProject([made], this.#checksum),
    };
    this.#written = written;
    return written.project.files;
  }

  /** The plan after edits since a project was written; without the project, when that would change in more places. */
  #revised(
    { nodes, plan: before, project }: Written,
    { context, readers }: Examination,
    checked: CheckedWorkflow,
  ): { readonly plan: Plan; readonly project: EmittedProject | undefined } {
    const revisions: NodeRevision[] = [];
    for (let place = 0; place < nodes.length; place += 1) {
      const old = nodes[place];
      const node = context.file.nodes[place];
      if (old === node || old === undefined || node === undefined || old.config === node.config) continue;
      const reading = [...readers(node.id)].flatMap((id) => context.graph.nodes.get(id) ?? []);
      revisions.push({ before: old, after: node, readers: reading });
    }
    const edited = revisions.map(({ after }) => after.id);
    const made = revisePlan(before, checked, edited, readers);
    const isSame = made.body === before.body;
    return { plan: made, project: isSame ? reviseProject(project, made, revisions, this.#checksum) : undefined };
  }
}

function unsound(diagnostics: readonly Diagnostic[], context?: CheckContext): Compilation {
  return { diagnostics, context, checked: undefined, files: undefined };
}

function sameTexts(one: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>): boolean {
  if (one === other) return true;
  return one.size === other.size && [...one].every(([path, text]) => other.get(path) === text);
}
