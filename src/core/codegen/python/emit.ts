import type { GeneratedFile } from './GeneratedFile.ts';
import type { Plan } from './plan/plan.ts';
import { writeMainModule, type ProjectWorkflow } from './project/mainModule.ts';
import { dockerfile, dockerignore, envExample, gitignore, licence } from './project/operations.ts';
import { pyproject, requirements } from './project/pyproject.ts';
import { readme } from './project/readme.ts';
import { runtimeClosure, runtimeFile, runtimeFolder } from './project/runtimeFiles.ts';
import { sha256Of, sourceMapOf, type Digest, type SourceMap } from './project/sourceMap.ts';
import { testModulePath, writeTestModule } from './project/testModule.ts';
import { createScope } from './syntax/names.ts';
import { importFunctions, WorkflowNames } from './workflow/names.ts';
import { WorkflowModule } from './workflow/workflowModule.ts';

/**
 * Writes a project for one or several workflows: same plans, same bytes. With several, the first names the project.
 * The order of the files is the order of their paths.
 */
export function emit(...plans: readonly Plan[]): readonly GeneratedFile[] {
  return emitProject(plans, sha256Of).files;
}

/** A project's files, and what they were written with, to write them again after an edit. */
export interface EmittedProject {
  readonly files: readonly GeneratedFile[];
  readonly workflows: readonly EmittedWorkflow[];
}

interface EmittedWorkflow {
  /** Its path without an ending. */
  readonly path: string;
  readonly module: WorkflowModule;
  readonly map: SourceMap;
}

/**
 * As `emitProject`, after an edit of a node in the only workflow of a project; undefined when more would change than the
 * statements of that node. The project as it was is of no use then.
 */
export function reviseProject(
  { files, workflows }: EmittedProject,
  plan: Plan,
  node: string,
  digest: Digest,
): EmittedProject | undefined {
  const [only] = workflows;
  if (only === undefined || workflows.length > 1) return undefined;
  const { module, path } = only;
  const { head } = module.printed;
  if (!module.revise(plan, node) || module.printed.head !== head) return undefined;
  const map = sourceMapOf(plan.checked.file.name, module.printed, digest, only.map);
  const contents = new Map([
    [`${path}.py`, module.printed.text],
    [`${path}.map.json`, map.text],
  ]);
  const written = files.map((file) => {
    const content = contents.get(file.path);
    return content === undefined || content === file.content ? file : { path: file.path, content };
  });
  return { files: written, workflows: [{ path, module, map }] };
}

/** As `emit`. @param digest makes the SHA-256 of a text, where the machine has a faster one */
export function emitProject(plans: readonly Plan[], digest: Digest): EmittedProject {
  const [first] = plans;
  if (first === undefined) return { files: [], workflows: [] };
  const emitted: EmittedWorkflow[] = [];
  const moduleNames = createScope([]);
  const functionModules = createScope([]);
  const files: GeneratedFile[] = [];
  const workflows: ProjectWorkflow[] = [];
  for (const plan of plans) {
    const module = moduleNames.snake(plan.checked.file.name);
    const { functions, files: functionFiles } = importFunctions(plan.checked, functionModules);
    const path = `app/workflows/${module}`;
    const names = new WorkflowNames(plan.checked, functions);
    const written = new WorkflowModule(plan, names);
    const map = sourceMapOf(plan.checked.file.name, written.printed, digest);
    files.push({ path: `${path}.py`, content: written.printed.text });
    files.push({ path: `${path}.map.json`, content: map.text });
    emitted.push({ path, module: written, map });
    files.push(...functionFiles);
    workflows.push({ plan, module, names });
  }
  const title = first.checked.file.name;
  const description = plans.length === 1 ? first.checked.file.description : '';
  const env = [...new Set(plans.flatMap((plan) => plan.checked.file.env))];
  files.push(
    { path: 'app/main.py', content: writeMainModule(title, workflows) },
    ...workflows.map((workflow) => ({ path: testModulePath(workflow.module), content: writeTestModule(workflow) })),
  );
  const written = files.filter((file) => file.path.endsWith('.py')).map((file) => file.content);
  files.push(
    ...runtimeClosure([...written, 'from app.runtime.serve import main']),
    ...packages(files),
    ...runtimeFolder('simulated_openai'),
    runtimeFile('tests/conftest.py'),
    pyproject(title, description),
    requirements(),
    envExample(env),
    dockerfile(),
    dockerignore(),
    gitignore(),
    licence(),
    readme(title, workflows),
  );
  return { files: files.toSorted((a, b) => (a.path < b.path ? -1 : 1)), workflows: emitted };
}

/** The `__init__.py` of the packages that a project adds to the runtime's. */
function packages(files: readonly GeneratedFile[]): readonly GeneratedFile[] {
  const folders = ['app/workflows', 'app/functions', 'tests'];
  return folders
    .filter((folder) => files.some((file) => file.path.startsWith(`${folder}/`)))
    .map((folder) => ({ path: `${folder}/__init__.py`, content: '' }));
}
