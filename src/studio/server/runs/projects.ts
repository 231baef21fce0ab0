import type { Compiler, GeneratedFile } from '../../../core/codegen/python/index.ts';
import { withFolders } from '../../../host/workflowFolders.ts';
import { askedProviders, providers, type CheckedWorkflow } from '../../../core/workflow/index.ts';
import { compilerFor, compileText, compileWorkflow } from '../../../host/compiledWorkflow.ts';
import { HostError, UsageError } from '../../../host/errors.ts';
import type { Machine } from '../../../host/machine.ts';
import { chooseModelServer, type ModelServer } from '../../../host/modelServer.ts';
import { projectHash } from '../../../host/projectHash.ts';
import { isTrusted } from '../../../host/trust.ts';
import { RefusedRequest } from '../handlers.ts';

/** The project of a workflow file with a given text, and who answers its models. */
export interface Project {
  /** Of the workflow file. */
  readonly path: string;
  readonly text: string;
  readonly checked: CheckedWorkflow;
  readonly files: readonly GeneratedFile[];
  readonly hash: string;
  readonly models: ModelServer;
}

/** Compiles workflow files; runs nothing. */
export class Projects {
  readonly #machine: Machine;
  readonly #compilers = new Map<string, Compiler>();

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  /** Refuses a text with errors. */
  async checked(path: string, text: string): Promise<Omit<Project, 'models' | 'hash'>> {
    const compiler = this.#compilers.get(path) ?? compilerFor(path);
    this.#compilers.set(path, compiler);
    const { checked, files, diagnostics } = await refusing(() => compileText(path, text, compiler));
    if (checked === undefined || files === undefined) throw withErrors(diagnostics);
    return { path, text, checked, files };
  }

  /** As `checked`, and refuses Python of its own that nobody has agreed to. */
  async trusted(path: string, text: string): Promise<Project> {
    const compiled = await this.checked(path, text);
    if (!(await isTrusted(this.#machine.env, path, compiled.checked)))
      throw new RefusedRequest(403, {
        code: 'trust_needed',
        message: 'This workflow runs Python of its own on this machine, with your rights.',
        hint: 'Read it first, and agree to it.',
      });
    const models = await this.modelsFor(path, compiled.checked);
    return { ...compiled, models, hash: projectHash(compiled.files) };
  }

  /** Who answers the models of a file as it stands; of one with errors, who would answer for the first provider there is. */
  async models(path: string): Promise<ModelServer> {
    const { checked } = await refusing(() => compileWorkflow(path, compilerFor(path)));
    return this.modelsFor(path, checked);
  }

  /** Who answers the models that a workflow asks. */
  async modelsFor(path: string, checked: CheckedWorkflow | undefined): Promise<ModelServer> {
    const asked = checked === undefined ? providers.slice(0, 1) : askedProviders([checked]);
    return refusing(async () => withFolders(path, await chooseModelServer(this.#machine, path, asked)));
  }
}

function withErrors(diagnostics: readonly { readonly severity: string; readonly message: string }[]): RefusedRequest {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  const [first] = errors;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  return new RefusedRequest(422, {
    code: 'workflow_errors',
    message: `The workflow has errors: ${first?.message ?? 'it cannot be read.'}${more}`,
    hint: 'The list of problems has all of them, and fixes for most.',
  });
}

/** What stands in the way outside of a workflow, as a refusal. */
async function refusing<Value>(work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof HostError || error instanceof UsageError) {
      const code = error instanceof HostError ? error.code : 'refused';
      throw new RefusedRequest(422, { code, message: error.message, hint: error.hint });
    }
    throw error;
  }
}
