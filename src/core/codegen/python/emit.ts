import { withCalled } from '../../workflow/checked.ts';
import { askedProviders } from '../../workflow/modelNodes.ts';
import { mediaTypeOf } from '../../workflow/nodes/rawAnswers.ts';
import type { NodeEdit } from '../../workflow/parse/revise.ts';
import type { WorkflowNode } from '../../workflow/types.ts';
import { outputTypes } from '../../workflow/validate/expressionContext.ts';
import type { GeneratedFile } from './GeneratedFile.ts';
import type { Plan } from './plan/plan.ts';
import {
  declaredCredentials,
  declaredMcpServers,
  declaredSecrets,
  declaredVariables,
  furtherSettings,
} from './project/declaredVariables.ts';
import { batchFiles, batchStart } from './batch/batchFiles.ts';
import { doorSettings, importsKeys, keysCommand, takesKeys } from './door/operations.ts';
import { concernsDescription, describe, describeShared } from './project/api/description.ts';
import { mainModule } from './project/mainModule.ts';
import { dockerfile, dockerignore, envExample, gitignore, licence } from './project/operations.ts';
import { pyproject, requirements } from './project/pyproject.ts';
import { recordedRunFiles } from './project/recordedRuns.ts';
import { readme } from './project/readme.ts';
import { writeRoutesModule } from './project/routesModule.ts';
import { withConsumers } from './project/consumers.ts';
import { conftest } from './project/fixtures.ts';
import { importedPackages, needSameRuntime, runtimeClosure, runtimeFile } from './project/runtimeFiles.ts';
import { concernsParts, isModelPart, modelPartFiles, type ModelPart } from './project/modelParts.ts';
import type { ProjectPart } from './project/projectParts.ts';
import { carriedApis, carriedPath, concernsApis } from './project/simulatedApis.ts';
import { crc32Of, sourceMapOf, type Checksum } from './project/sourceMap.ts';
import { testModulePath, writeTestModule } from './project/testModule.ts';
import { workflowModules, type WorkflowModule } from './project/workflowModules.ts';
import { concernsTests, mayTellAnswers } from './project/tests/concern.ts';
import type { JoinedText } from './syntax/joinedText.ts';
import { ModuleWriter } from './workflow/moduleWriter.ts';
import { deployFiles, hasData, isDeployKind } from '../deploy/index.ts';
import { deployedService } from './operation/deployed.ts';
import { isServicePart, partSettings, startedParts, type ServicePart } from './operation/serviceParts.ts';
import { takesCallersTools } from './workflow/servedModel.ts';
import { servesTool } from './workflow/servedTool.ts';

/**
 * Writes a project for one or several workflows: same plans, same bytes. With several, the first names the project.
 * The order of the files is the order of their paths.
 */
export function emit(...plans: readonly Plan[]): readonly GeneratedFile[] {
  return emitProject(plans, crc32Of).files;
}

/** As `emit`, with parts that none of the workflows uses: of model calls, for Python of the project that does, and others. */
export function emitWith(further: readonly ProjectPart[], ...plans: readonly Plan[]): readonly GeneratedFile[] {
  return emitProject(plans, crc32Of, further).files;
}

/** A project's files, and what they were written with, to write them again after an edit. */
export interface EmittedProject {
  /** In order of their paths. */
  readonly files: readonly GeneratedFile[];
  /** Those that say what the workflows do, apart from what they need around them. */
  readonly own: readonly GeneratedFile[];
  readonly around: readonly GeneratedFile[];
  /** Those that tell what of the runtime the project carries, given its files. */
  readonly telling: Telling;
  /** What the project's model calls are made of, by path. */
  readonly parts: ReadonlyMap<string, string>;
  /** Imports of modules that are started by their names. */
  readonly started: readonly string[];
  /** Parts that are wanted besides what the workflows use. */
  readonly further: readonly ModelPart[];
  /** Those with a route first. */
  readonly workflows: readonly EmittedWorkflow[];
}

/** A node whose config is another than when the project was written. */
export interface NodeRevision extends NodeEdit {
  /** The nodes that read it. */
  readonly readers: readonly WorkflowNode[];
}

type Telling = (runtime: readonly GeneratedFile[]) => readonly GeneratedFile[];

interface EmittedWorkflow {
  readonly workflow: WorkflowModule;
  /** Its path without an ending. */
  readonly path: string;
  readonly writer: ModuleWriter;
  readonly map: JoinedText;
  /** Whether its tests may tell models what to answer. */
  readonly isTold: () => boolean;
}

/**
 * As `emitProject` of one workflow, after edits of nodes in it; undefined when more would change than the statements of these
 * nodes, of those that read them, and the tests. The project as it was is of no use then.
 */
export function reviseProject(
  project: EmittedProject,
  plan: Plan,
  revisions: readonly NodeRevision[],
  checksum: Checksum,
): EmittedProject | undefined {
  const [edited, ...called] = project.workflows;
  if (edited === undefined) return undefined;
  // What the consumers of its entries need is written with it.
  if (revisions.length > 0 && withCalled(plan.checked).some(({ queues }) => queues.size > 0)) return undefined;
  const { path, writer } = edited;
  const before = writer.printed;
  const stale = staleNodes(revisions);
  const offered = takesCallersTools(edited.workflow.plan.checked);
  // The routes say both.
  if (revisions.some(isAcceptedElse) || offered !== takesCallersTools(plan.checked)) return undefined;
  if (!writer.revise(plan, stale)) return undefined;
  const { printed } = writer;
  const workflow = { ...edited.workflow, plan };
  const map = printed === before ? edited.map : sourceMapOf(plan.checked.file.name, printed, checksum, edited.map);
  const contents = new Map([
    [`${path}.py`, printed.text],
    [`${path}.map.json`, map.text],
  ]);
  const isAskedElse = revisions.some((revision) => concernsParts(edited.workflow.plan.checked, plan.checked, revision));
  const parts = isAskedElse ? modelPartFiles([plan.checked], project.further) : project.parts;
  const isTested = revisions.some((revision) => concernsTests(edited.workflow.plan, plan, revision, edited.isTold));
  let isRuntimeSame = printed.head === before.head || needSameRuntime(printed.head, before.head);
  const rewritten: GeneratedFile[] = [];
  if (isTested) rewritten.push({ path: testModulePath(workflow.module), content: writeTestModule(workflow) });
  if (revisions.some((revision) => concernsApis(edited.workflow.plan.checked, plan.checked, revision)))
    rewritten.push(carriedApis(withCalled(plan.checked), project.further));
  if (concernsDescription(edited.workflow.plan.checked, plan.checked, stale)) {
    // Clients of MCP are told by the routes what a tool gives.
    if (servesTool(plan.checked)) return undefined;
    for (const described of describe(workflow)) contents.set(described.path, described.content);
  }
  for (const file of rewritten) {
    const old = project.own.find((each) => each.path === file.path);
    if (old === undefined || !needSameRuntime(old.content, file.content)) isRuntimeSame = false;
    contents.set(file.path, file.content);
  }
  return {
    ...withContents({ ...project, parts }, contents, isRuntimeSame && !isAskedElse),
    workflows: [
      { workflow, path, writer, map, isTold: isTested ? lazy(() => mayTellAnswers(plan)) : edited.isTold },
      ...called,
    ],
  };
}

/** The nodes whose statements may be others: readers go by the types of what they read. */
function staleNodes(revisions: readonly NodeRevision[]): ReadonlySet<string> {
  const stale = new Set<string>();
  for (const { before, after, readers } of revisions) {
    stale.add(after.id);
    if (typesOf(before) !== typesOf(after)) for (const { id } of readers) stale.add(id);
  }
  return stale;
}

/** Whether a response goes out as something else, which the route says. */
function isAcceptedElse({ before, after }: NodeRevision): boolean {
  const typeOf = (node: WorkflowNode): unknown =>
    node.type === 'response' && `${mediaTypeOf(node.config)} ${node.config.format === 'stream'}`;
  return typeOf(before) !== typeOf(after);
}

function typesOf(node: WorkflowNode): string {
  // What functions and called workflows give stays as it is, and so does where the node stands.
  return JSON.stringify(outputTypes(node, new Map(), new Map(), false));
}

/** The files with other contents; those that stay as they are stay the same objects. */
function withContents(
  { files, own, around, telling, parts, started, further }: EmittedProject,
  contents: ReadonlyMap<string, string>,
  isRuntimeSame: boolean,
): Omit<EmittedProject, 'workflows'> {
  const revised = own.map((file) => {
    const content = contents.get(file.path);
    return content === undefined || content === file.content ? file : { path: file.path, content };
  });
  const known = new Map([...files, ...revised].map((file) => [file.path, file]));
  const all = isRuntimeSame ? files : withRuntime(revised, around, telling, parts, started);
  const kept = all.map((file) => {
    const latest = known.get(file.path);
    return latest !== undefined && (isRuntimeSame || latest.content === file.content) ? latest : file;
  });
  return { files: kept, own: revised, around, telling, parts, started, further };
}

/** As `emit`. @param checksum makes the CRC-32 of a text, where the machine has a faster one */
export function emitProject(
  asked: readonly Plan[],
  checksum: Checksum,
  parts: readonly ProjectPart[] = [],
): EmittedProject {
  const plans = withConsumers(asked);
  const [first] = plans;
  const further = parts.filter(isModelPart);
  const service = parts.filter(isServicePart);
  const deploy = parts.filter(isDeployKind);
  if (first === undefined)
    return { files: [], own: [], around: [], telling: () => [], parts: new Map(), started: [], further, workflows: [] };
  const { routed, called, functionFiles } = workflowModules(plans);
  const all = plans.map(({ checked }) => checked);
  const own: GeneratedFile[] = [];
  const emitted: EmittedWorkflow[] = [];
  for (const workflow of [...routed, ...called]) {
    const path = `app/workflows/${workflow.module}`;
    const writer = new ModuleWriter(workflow.plan, workflow.names, workflow.isRouted);
    const map = sourceMapOf(workflow.plan.checked.file.name, writer.printed, checksum);
    own.push({ path: `${path}.py`, content: writer.printed.text });
    own.push({ path: `${path}.map.json`, content: map.text });
    own.push(...describe(workflow));
    emitted.push({ workflow, path, writer, map, isTold: lazy(() => mayTellAnswers(workflow.plan)) });
  }
  own.push(...functionFiles, ...describeShared(routed));
  const title = first.checked.file.name;
  const description = plans.length === 1 ? first.checked.file.description : '';
  const env = declaredVariables(all);
  const doors = all.map(({ trigger }) => trigger);
  own.push(
    { path: 'app/routes.py', content: writeRoutesModule(title, routed, service) },
    ...[...routed, ...called].map((workflow) => ({
      path: testModulePath(workflow.module),
      content: writeTestModule(workflow),
    })),
  );
  if (parts.includes('batch')) own.push(...batchFiles(routed));
  const providers = askedProviders(all);
  const asksModels = providers.length > 0;
  const isDurable = all.some(({ file }) => file.durable === true);
  if (asksModels) {
    own.push(
      carriedApis(
        [...routed, ...called].map(({ plan }) => plan.checked),
        further,
        parts.includes('batch'),
      ),
    );
  }
  const telling: Telling = (runtime) => {
    const packages = importedPackages(runtime);
    return [
      pyproject(title, description, packages),
      requirements(packages),
      readme(title, routed, called, runtime, parts),
    ];
  };
  const deployed = deployedService(title, all, service);
  const around = [
    mainModule(title),
    runtimeFile('app/runtime/docs.html'),
    { path: 'tests/__init__.py', content: '' },
    conftest(asksModels, isDurable),
    envExample(env, providers, declaredCredentials(all), declaredMcpServers(all), declaredSecrets(all), [
      'app/runtime/settings.py',
      ...new Set([...furtherSettings(all), ...doorSettings(doors), ...partSettings(service)]),
    ]),
    dockerfile(deploy.length > 0 && hasData(deployed)),
    ...deployFiles(deploy, deployed),
    dockerignore(doors.some(takesKeys), isDurable),
    gitignore(doors.some(takesKeys), isDurable, deploy.includes('compose') && deployed.reloads),
    licence(),
    ...recordedRunFiles(routed, called),
  ];
  const models = modelPartFiles(all, further);
  const started = startedModules(own, service);
  const files = withRuntime(own, around, telling, models, started);
  return { files, own, around, telling, parts: models, started, further, workflows: emitted };
}

/** What is started by its name, so that nothing imports it. */
function startedModules(own: readonly GeneratedFile[], service: readonly ServicePart[]): readonly string[] {
  const serve = 'from app.runtime.serve import main';
  const simulated = 'from tests.simulated_providers.__main__ import main';
  return [
    serve,
    ...startedParts(service),
    ...(own.some(({ path }) => path === carriedPath) ? [simulated] : []),
    ...(own.some(({ path, content }) => path === 'app/routes.py' && importsKeys(content)) ? [keysCommand] : []),
    ...batchStart(own),
  ];
}

/** All files of a project, with those of the runtime that its own need. */
function withRuntime(
  own: readonly GeneratedFile[],
  around: readonly GeneratedFile[],
  telling: Telling,
  parts: ReadonlyMap<string, string>,
  started: readonly string[],
): readonly GeneratedFile[] {
  const written = [...own, ...around].filter((file) => file.path.endsWith('.py'));
  const runtime = runtimeClosure(written, started, parts);
  const all = [...own, ...around, ...telling(runtime), ...runtime];
  return all.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

function lazy<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => (made ??= { value: make() }).value;
}
