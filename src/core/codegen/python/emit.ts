import type { GeneratedFile } from './GeneratedFile.ts';
import type { Plan } from './plan/plan.ts';
import { declaredVariables } from './project/declaredVariables.ts';
import { writeMainModule } from './project/mainModule.ts';
import { dockerfile, dockerignore, envExample, gitignore, licence } from './project/operations.ts';
import { pyproject, requirements } from './project/pyproject.ts';
import { readme } from './project/readme.ts';
import { runtimeClosure, runtimeFile, runtimeFolder } from './project/runtimeFiles.ts';
import { sha256Of, sourceMapOf } from './project/sourceMap.ts';
import { testModulePath, writeTestModule } from './project/testModule.ts';
import { workflowModules } from './project/workflowModules.ts';
import { writeWorkflowModule } from './workflow/workflowModule.ts';

/**
 * Writes a project for one or several workflows: same plans, same bytes. With several, the first names the project.
 * The order of the files is the order of their paths.
 */
export function emit(...plans: readonly Plan[]): readonly GeneratedFile[] {
  const [first] = plans;
  if (first === undefined) return [];
  const { routed, called, functionFiles } = workflowModules(plans);
  const files: GeneratedFile[] = [];
  for (const { plan, module, names } of [...routed, ...called]) {
    const printed = writeWorkflowModule(plan, names);
    const map = sourceMapOf(plan.checked.file.name, printed, sha256Of);
    files.push({ path: `app/workflows/${module}.py`, content: printed.text });
    files.push({ path: `app/workflows/${module}.map.json`, content: map.text });
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
  return files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

/** The `__init__.py` of the packages that a project adds to the runtime's. */
function packages(files: readonly GeneratedFile[]): readonly GeneratedFile[] {
  const folders = ['app/workflows', 'app/functions', 'tests'];
  return folders
    .filter((folder) => files.some((file) => file.path.startsWith(`${folder}/`)))
    .map((folder) => ({ path: `${folder}/__init__.py`, content: '' }));
}
