import type { CheckedWorkflow, QueuedWorkflow } from '../checked.ts';
import type { Diagnostic, Result } from '../diagnostics/diagnostic.ts';
import { neighboursOf } from '../python/neighbours.ts';
import { PythonModule } from '../python/PythonModule.ts';
import { pathProblem } from '../filePath.ts';
import { lockFile, serverNameProblem } from '../mcp/lock.ts';
import { parse, type Workflow } from '../parse/parse.ts';
import { recordedRunsOf, type RecordedRuns } from '../recordedRuns.ts';
import { isTrigger } from '../trigger.ts';
import type { WorkflowFile } from '../types.ts';
import { nodesOf } from './context.ts';

/** What stands behind the `file` of a subWorkflow node. */
export type CalledFile =
  | { readonly kind: 'unsafe'; readonly problem: string }
  | { readonly kind: 'missing' }
  /** `files` lead from the calling file back to it. */
  | { readonly kind: 'recursive'; readonly files: readonly string[] }
  | { readonly kind: 'unsound'; readonly diagnostics: readonly Diagnostic[] }
  | { readonly kind: 'sound'; readonly checked: CheckedWorkflow; readonly diagnostics: readonly Diagnostic[] };

/** What stands behind the `file` of an enqueue node. */
export type QueuedFile =
  | Extract<CalledFile, { readonly kind: 'unsafe' | 'missing' | 'unsound' }>
  /** It begins with something else. */
  | { readonly kind: 'other' }
  | { readonly kind: 'queue'; readonly workflow: QueuedWorkflow; readonly diagnostics: readonly Diagnostic[] };

type Check = (workflow: Workflow, folder: WorkflowFolder) => Result<CheckedWorkflow>;

/** The workflow files that one workflow calls, and those call in turn: each is read and checked once, however many call it. */
class KnownWorkflows {
  readonly texts: ReadonlyMap<string, string>;
  readonly #check: Check;
  readonly #parsed = new Map<string, Result<Workflow>>();
  readonly #checked = new Map<string, Result<CheckedWorkflow>>();
  /** What is being checked: those may put entries into the queues of one another. */
  readonly #open = new Set<string>();

  constructor(texts: ReadonlyMap<string, string>, check: Check) {
    this.texts = texts;
    this.#check = check;
  }

  /** Undefined when there is no such file. */
  checked(path: string): Result<CheckedWorkflow> | undefined {
    const parsed = this.parsed(path);
    const known = this.#checked.get(path);
    if (known !== undefined || parsed === undefined) return known;
    this.#open.add(path);
    const result = parsed.ok ? this.#check(parsed.value, new WorkflowFolder(this, path)) : parsed;
    this.#open.delete(path);
    this.#checked.set(path, result);
    return result;
  }

  isOpen(path: string): boolean {
    return this.#open.has(path);
  }

  /** The files by which `from` leads to `to`, both included; undefined when it does not. */
  way(from: string, to: string): readonly string[] | undefined {
    const before = new Map<string, string | undefined>([[from, undefined]]);
    for (const path of before.keys()) {
      if (path === to) {
        const way: string[] = [];
        for (let step: string | undefined = to; step !== undefined; step = before.get(step)) way.unshift(step);
        return way;
      }
      const parsed = this.parsed(path);
      for (const next of parsed?.ok === true ? calledFiles(parsed.value, folderOf(path)) : [])
        if (!before.has(next)) before.set(next, path);
    }
    return undefined;
  }

  /** Undefined when there is no such file. */
  parsed(path: string): Result<Workflow> | undefined {
    const text = this.texts.get(path);
    let parsed = this.#parsed.get(path);
    if (parsed === undefined && text !== undefined) {
      parsed = parse(text);
      this.#parsed.set(path, parsed);
    }
    return parsed;
  }
}

/** The files that a workflow finds in its folder. */
export class WorkflowFolder {
  /** Their texts, by the path that a config names. */
  readonly sources: ReadonlyMap<string, string>;
  readonly #known: KnownWorkflows;
  readonly #own: string | undefined;

  constructor(known: KnownWorkflows, own: string | undefined) {
    this.#known = known;
    this.#own = own;
    const folder = folderOf(own);
    this.sources =
      folder === ''
        ? known.texts
        : new Map(
            [...known.texts].flatMap(([path, text]) =>
              path.startsWith(folder) ? [[path.slice(folder.length), text] as const] : [],
            ),
          );
  }

  /**
   * The folder of the outermost workflow.
   * @param own the name of its file, by which others may call it; undefined when it has none
   */
  static outermost(sources: ReadonlyMap<string, string>, own: string | undefined, check: Check): WorkflowFolder {
    return new WorkflowFolder(new KnownWorkflows(sources, check), own);
  }

  /** Where the workflow's own file lies, from the folder of the outermost one; undefined when it has no name. */
  get own(): string | undefined {
    return this.#own;
  }

  /** Runs that are kept as tests beside the workflow's own file. */
  get recordedRuns(): RecordedRuns {
    const own = this.#own?.slice(folderOf(this.#own).length);
    return own === undefined ? { runs: [], unusable: [] } : recordedRunsOf(own, this.sources);
  }

  called(path: string): CalledFile {
    const problem = pathProblem(path, '.workflow.json');
    if (problem !== undefined) return { kind: 'unsafe', problem };
    const full = folderOf(this.#own) + path;
    if (this.#own !== undefined) {
      const files = full === this.#own ? [full] : this.#known.way(full, this.#own);
      if (files !== undefined) return { kind: 'recursive', files: [this.#own, ...files.slice(0, -1)] };
    }
    const result = this.#known.checked(full);
    if (result === undefined) return { kind: 'missing' };
    const { diagnostics } = result;
    return result.ok ? { kind: 'sound', checked: result.value, diagnostics } : { kind: 'unsound', diagnostics };
  }

  /** @param own the workflow whose folder this is, which may put entries into its own queue */
  queued(path: string, own: WorkflowFile): QueuedFile {
    const problem = pathProblem(path, '.workflow.json');
    if (problem !== undefined) return { kind: 'unsafe', problem };
    const full = folderOf(this.#own) + path;
    const isOwn = full === this.#own;
    const parsed = this.#known.parsed(full);
    if (parsed === undefined && !isOwn) return { kind: 'missing' };
    if (parsed?.ok === false && !isOwn) return { kind: 'unsound', diagnostics: parsed.diagnostics };
    const file = isOwn || parsed?.ok !== true ? own : parsed.value.file;
    const trigger = file.nodes.find(isTrigger);
    if (trigger?.type !== 'queueConsumer') return { kind: 'other' };
    const checked = (): CheckedWorkflow | undefined => {
      const result = this.#known.isOpen(full) ? undefined : this.#known.checked(full);
      return result?.ok === true ? result.value : undefined;
    };
    const workflow = { path: full, name: file.name, trigger, checked };
    // What is being checked is told where that began.
    if (isOwn || this.#known.isOpen(full)) return { kind: 'queue', workflow, diagnostics: [] };
    const result = this.#known.checked(full);
    const diagnostics = result?.diagnostics ?? [];
    return result?.ok === false ? { kind: 'unsound', diagnostics } : { kind: 'queue', workflow, diagnostics };
  }
}

/** `tools/` for `tools/lookup.workflow.json`; empty for a file beside the outermost one. */
function folderOf(path: string | undefined): string {
  return path === undefined ? '' : path.slice(0, path.lastIndexOf('/') + 1);
}

/** The workflow files that a workflow calls, as far as they lie below its folder. */
function calledFiles(workflow: Workflow, folder: string): readonly string[] {
  return filesOf(workflow, 'subWorkflow', folder);
}

function filesOf({ file }: Workflow, type: 'subWorkflow' | 'enqueue', folder: string): readonly string[] {
  const files = nodesOf(file, type).map(({ config }) => config.file);
  return [...new Set(files)]
    .filter((path) => pathProblem(path, '.workflow.json') === undefined)
    .map((path) => folder + path);
}

/** Whether a text surely names no file, by its words alone: to read one of a thousand nodes takes a tenth of a second. */
export function namesNoFile(text: string): boolean {
  // What is written with escapes may be one of these words.
  return !/\\u|"(?:pythonFunction|subWorkflow|enqueue|mcpServers)"/.test(text);
}

/**
 * The files that a workflow names, and those that the workflows among them name in turn, each once; only paths that lie below
 * the folder of the workflow file; and what may lie beside a Python file that imports it, to tell whether it does.
 * @param sources the texts that are known by now: what their workflows name is listed as well, so that who reads files asks
 * again after each round, until nothing new is named
 */
export function sourceFiles(workflow: Workflow, sources: ReadonlyMap<string, string> = new Map()): readonly string[] {
  const found = new Set<string>();
  const waiting: { readonly workflow: Workflow; readonly folder: string }[] = [{ workflow, folder: '' }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { folder } = next;
    for (const { config } of nodesOf(next.workflow.file, 'pythonFunction'))
      if (config.file !== undefined && pathProblem(config.file, '.py') === undefined) {
        const path = folder + config.file;
        found.add(path);
        const code = sources.get(path);
        if (code === undefined) continue;
        for (const neighbour of neighboursOf(path, new PythonModule(code))) found.add(neighbour.path);
      }
    for (const server of Object.keys(next.workflow.file.mcpServers))
      if (serverNameProblem(server) === undefined) found.add(folder + lockFile(server));
    for (const path of [...calledFiles(next.workflow, folder), ...filesOf(next.workflow, 'enqueue', folder)]) {
      const text = found.has(path) ? undefined : sources.get(path);
      found.add(path);
      const parsed = text === undefined ? undefined : parse(text);
      if (parsed?.ok === true) waiting.push({ workflow: parsed.value, folder: folderOf(path) });
    }
  }
  return [...found];
}
