import type { GeneratedFile } from './GeneratedFile.ts';
import type { Plan } from './plan/plan.ts';
import { writeMainModule, type ProjectWorkflow } from './project/mainModule.ts';
import { dockerfile, dockerignore, envExample, gitignore, licence } from './project/operations.ts';
import { pyproject, requirements } from './project/pyproject.ts';
import { readme } from './project/readme.ts';
import { runtimeClosure, runtimeFile, runtimeFolder } from './project/runtimeFiles.ts';
import { sha256Of, sourceMapOf } from './project/sourceMap.ts';
import { testModulePath, writeTestModule } from './project/testModule.ts';
import { createScope } from './syntax/names.ts';
import { importFunctions, WorkflowNames } from './workflow/names.ts';
import { writeWorkflowModule } from './workflow/workflowModule.ts';

/**
 * Writes a project for one or several workflows: same plans, same bytes. With several, the first names the project.
 * The order of the files is the order of their paths.
 */
export function emit(...plans: readonly Plan[]): readonly GeneratedFile[] {
  const [first] = plans;
  if (first === undefined) return [];
  const moduleNames = createScope([]);
  const functionModules = createScope([]);
  const files: GeneratedFile[] = [];
  const workflows: ProjectWorkflow[] = [];
  for (const plan of plans) {
    const module = moduleNames.snake(plan.checked.file.name);
    const { functions, files: functionFiles } = importFunctions(plan.checked, functionModules);
    const names = new WorkflowNames(plan.checked, functions);
    const printed = writeWorkflowModule(plan, names);
    const map = sourceMapOf(plan.checked.file.name, printed, sha256Of);
    files.push({ path: `app/workflows/${module}.py`, content: printed.text });
    files.push({ path: `app/workflows/${module}.map.json`, content: map.text });
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
  return files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

/** The `__init__.py` of the packages that a project adds to the runtime's. */
function packages(files: readonly GeneratedFile[]): readonly GeneratedFile[] {
  const folders = ['app/workflows', 'app/functions', 'tests'];
  return folders
    .filter((folder) => files.some((file) => file.path.startsWith(`${folder}/`)))
    .map((folder) => ({ path: `${folder}/__init__.py`, content: '' }));
}
