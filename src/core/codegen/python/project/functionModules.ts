import type { CheckedWorkflow } from '../../../workflow/checked.ts';
import type { GeneratedFile } from '../GeneratedFile.ts';
import { createScope, isIdentifier, type Scope } from '../syntax/names.ts';
import type { Identifier } from '../syntax/tree.ts';
import type { ImportedFunction } from '../workflow/names.ts';

/** The modules in `app/functions`. Workflows that use the same file share its module. */
export class FunctionModules {
  readonly files: GeneratedFile[] = [];
  readonly #names: Scope;
  readonly #modules = new Map<string, Identifier>();

  /** @param taken names that no module may have */
  constructor(taken: Iterable<string>) {
    this.#names = createScope(taken);
  }

  /** Under which name each `pythonFunction` node of a workflow finds its function, by node id. */
  importsOf(checked: CheckedWorkflow): ReadonlyMap<string, ImportedFunction> {
    const functions = new Map<string, ImportedFunction>();
    for (const [node, { code }] of checked.functions) {
      const config = checked.graph.nodes.get(node)?.config;
      if (config === undefined || !('function' in config) || !isIdentifier(config.function)) {
        throw new Error(`check lets no node ${node} through whose function has no proper name`);
      }
      const module = this.#moduleOf(config.file, node, code);
      functions.set(node, { module, name: config.function });
    }
    return functions;
  }

  #moduleOf(file: string | undefined, node: string, code: string): Identifier {
    const key = JSON.stringify([file ?? `inline ${node}`, code]);
    let module = this.#modules.get(key);
    if (module === undefined) {
      module = this.#names.snake(file === undefined ? node : stemOf(file));
      this.#modules.set(key, module);
      this.files.push({ path: `app/functions/${module}.py`, content: code });
    }
    return module;
  }
}

function stemOf(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1, -'.py'.length);
}
