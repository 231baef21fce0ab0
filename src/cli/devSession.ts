import type { Compiler } from '../core/codegen/python/index.ts';
import type { PythonServer } from '../host/python/server.ts';
import { askedProviders, endpointOf, type CheckedWorkflow } from '../core/workflow/index.ts';
import { compilerFor, compileWorkflow } from '../host/compiledWorkflow.ts';
import type { CommandContext } from './context.ts';
import type { DevReport } from './devReport.ts';
import type { Gateway } from './gateway.ts';
import { chooseModelServer } from '../host/modelServer.ts';
import { curlLine } from '../core/curlLine.ts';
import { sampleObject } from '../core/codegen/python/project/sample.ts';
import { visitorOf, type Visitor } from '../host/door/visitor.ts';
import { withFolders } from '../host/workflowFolders.ts';
import { prepareProject, startService, startSimulated, type SimulatedServer } from '../host/service.ts';
import { recordTrust } from '../host/trust.ts';
import { requireTrust } from './trust.ts';

/** Requests that are under way when a new version takes over have this long to end. */
const drainMs = 30_000;

/** Keeps a gateway served by the last good version of a workflow file. */
export class DevSession {
  readonly #context: CommandContext;
  readonly #path: string;
  readonly #gateway: Gateway;
  readonly #report: DevReport;
  /** What the user changes while this runs is the user's own. */
  #trusted: boolean;
  #agreed = false;
  #service: PythonServer | undefined;
  #simulated: SimulatedServer | undefined;
  readonly #compiler: Compiler;
  #visitor: { readonly key: string; readonly visitor: Visitor } | undefined;
  /** The environment of the service that is up to date. */
  #env: string | undefined;

  constructor(context: CommandContext, path: string, trusted: boolean, gateway: Gateway, report: DevReport) {
    this.#context = context;
    this.#path = path;
    this.#trusted = trusted;
    this.#gateway = gateway;
    this.#report = report;
    this.#compiler = compilerFor(path);
  }

  /**
   * Compiles the file as it is now and lets the new service take over once it is ready; where nothing of the service would change,
   * the old one goes on. Gives the files it names.
   */
  async reload(): Promise<readonly string[]> {
    const loaded = await compileWorkflow(this.#path, this.#compiler);
    this.#report.diagnostics(loaded, this.#service !== undefined);
    const { checked, files } = loaded;
    if (checked === undefined || files === undefined) return loaded.namedFiles;
    if (this.#agreed) recordTrust(this.#context.env, checked);
    else await requireTrust(this.#context, { ...loaded, checked }, this.#trusted);
    this.#agreed = true;

    const chosen = await chooseModelServer(this.#context, this.#path, askedProviders([checked]));
    const visitor = await this.#visitorFor(checked, chosen.env);
    const models = withFolders(this.#path, { ...chosen, env: { ...chosen.env, ...visitor.env } });
    const project = await prepareProject(this.#context, checked, files);
    const env = JSON.stringify(models.env);
    if (this.#service !== undefined && !project.isChanged && env === this.#env) {
      this.#report.unchanged(checked.file.name);
      return loaded.namedFiles;
    }
    // What cannot be started now is to be tried again.
    this.#env = undefined;
    if (project.callsDeployments && this.#simulated?.acceptsDeployments === false) await this.#stopSimulated();
    this.#simulated ??= await startSimulated(this.#context, project, models);
    const isSimulated = models.answerers.some(({ kind }) => kind === 'simulated');
    const simulated = isSimulated ? this.#simulated : undefined;
    // One that could not start is tried again at the next change.
    simulated?.server.catch(() => (this.#simulated = undefined));
    const service = await startService(this.#context, project, models, simulated, {
      onLine: (line) => this.#report.log(line),
    });
    this.#takeOver(service);
    this.#env = env;
    this.#report.ready({
      name: checked.file.name,
      url: new URL(endpointOf(checked.trigger).path, this.#gateway.url).href,
      notice: models.notice,
      curl: this.#example(checked.trigger, visitor),
    });
    return loaded.namedFiles;
  }

  /** A request that is let in. */
  #example(trigger: CheckedWorkflow['trigger'], visitor: Visitor): string {
    const endpoint = endpointOf(trigger);
    const input = sampleObject(endpoint.inputSchema);
    return curlLine(this.#gateway.url, endpoint, input, visitor.headers(JSON.stringify(input)));
  }

  /** The same one as long as the workflow lets him in: what he was told to send goes on to count. */
  async #visitorFor(checked: CheckedWorkflow, env: NodeJS.ProcessEnv): Promise<Visitor> {
    const key = JSON.stringify([checked.file.name, checked.trigger.type, checked.trigger.config, env]);
    if (this.#visitor?.key === key) return this.#visitor.visitor;
    const visitor = await visitorOf(checked, env, { keepsIssuer: true });
    const before = this.#visitor?.visitor;
    this.#visitor = { key, visitor };
    await before?.close();
    return visitor;
  }

  get isServing(): boolean {
    return this.#service !== undefined;
  }

  async close(): Promise<void> {
    await Promise.all([this.#service?.stop(), this.#stopSimulated(), this.#visitor?.visitor.close()]);
  }

  async #stopSimulated(): Promise<void> {
    const simulated = await this.#simulated?.server.catch(() => undefined);
    this.#simulated = undefined;
    await simulated?.stop();
  }

  #takeOver(service: PythonServer): void {
    void this.#service?.stop(drainMs);
    this.#service = service;
    this.#gateway.setTarget(service.url);
    void this.#noteEnd(service);
  }

  async #noteEnd(service: PythonServer): Promise<void> {
    const { exitCode, stderr } = await service.exited;
    if (this.#service !== service || this.#context.signal.aborted) return;
    this.#service = undefined;
    this.#gateway.setTarget(undefined);
    const lines = stderr.trimEnd().split('\n').slice(-15).join('\n');
    this.#report.failed(new Error(`The service ended by itself (exit code ${exitCode ?? 'none'}).\n${lines}`), false);
  }
}
