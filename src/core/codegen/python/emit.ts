import type { GeneratedFile } from './GeneratedFile.ts';
import type { Plan } from './plan/plan.ts';
import { declaredVariables } from './project/declaredVariables.ts';
import { writeMainModule } from './project/mainModule.ts';
import { dockerfile, dockerignore, envExample, gitignore, licence } from './project/operations.ts';
import { pyproject, requirements } from './project/pyproject.ts';
import { readme } from './project/readme.ts';
import { runtimeClosure, runtimeFile, runtimeFolder } from './project/runtimeFiles.ts';
import { sha256Of, sourceMapOf, type Digest } from './project/sourceMap.ts';
import { testModulePath, writeTestModule } from './project/testModule.ts';
import { workflowModules, type WorkflowModule } from './project/workflowModules.ts';
import { tellsAnswers } from './project/tests/baseTrial.ts';
import type { JoinedText } from './syntax/joinedText.ts';
import { ModuleWriter } from './workflow/moduleWriter.ts';

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
  /** Those with a route first. */
  readonly workflows: readonly EmittedWorkflow[];
}

interface EmittedWorkflow {
  readonly workflow: WorkflowModule;
  /** Its path without an ending. */
  readonly path: string;
  readonly writer: ModuleWriter;
  readonly map: JoinedText;
}

/**
 * As `emitProject` of one workflow, after an edit of a node in it; undefined when more would change than the statements of
 * that node. The project as it was is of no use then.
 */
export function reviseProject(
  { files, workflows }: EmittedProject,
  plan: Plan,
  node: string,
  digest: Digest,
): EmittedProject | undefined {
  const [edited, ...called] = workflows;
  if (edited === undefined) return undefined;
  const { path, writer } = edited;
  const { head } = writer.printed;
  if (!writer.revise(plan, node) || writer.printed.head !== head) return undefined;
  const workflow = { ...edited.workflow, plan };
  const tests = files.find((file) => file.path === testModulePath(workflow.module));
  if (tellsAnswers(plan) && writeTestModule(workflow) !== tests?.content) return undefined;
  const map = sourceMapOf(plan.checked.file.name, writer.printed, digest, edited.map);
  const contents = new Map([
    [`${path}.py`, writer.printed.text],
    [`${path}.map.json`, map.text],
  ]);
  const written = files.map((file) => {
    const content = contents.get(file.path);
    return content === undefined || content === file.content ? file : { path: file.path, content };
  });
  return { files: written, workflows: [{ workflow, path, writer, map }, ...called] };
}

/** As `emit`. @param digest makes the SHA-256 of a text, where the machine has a faster one */
export function emitProject(plans: readonly Plan[], digest: Digest): EmittedProject {
  const [first] = plans;
  if (first === undefined) return { files: [], workflows: [] };
  const { routed, called, functionFiles } = workflowModules(plans);
  const files: GeneratedFile[] = [];
  const emitted: EmittedWorkflow[] = [];
  for (const workflow of [...routed, ...called]) {
    const path = `app/workflows/${workflow.module}`;
    const writer = new ModuleWriter(workflow.plan, workflow.names);
    const map = sourceMapOf(workflow.plan.checked.file.name, writer.printed, digest);
    files.push({ path: `${path}.py`, content: writer.printed.text });
    files.push({ path: `${path}.map.json`, content: map.text });
    emitted.push({ workflow, path, writer, map });
  }
  files.push(...functionFiles);
  const title = first.checked.file.name;
  const description = plans.length === 1 ? first.checked.file.description : '';
  const env = declaredVariables(plans.map(({ checked }) => checked));
  files.push(
    { path: 'app/main.py', content: writeMainModule(title, routed) },
    ...routed.map((workflow) => ({ path: testModulePath(workflow.module), content: writeTestModule(workflow) })),
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
    readme(title, routed, called),
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
