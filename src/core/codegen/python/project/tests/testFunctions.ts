import { asksProvider, isModelNode } from '../../../../workflow/modelNodes.ts';
import { doorTestNames } from '../../door/tests.ts';
import * as py from '../../syntax/build.ts';
import { createScope } from '../../syntax/names.ts';
import type { Expr, Identifier, Stmt } from '../../syntax/tree.ts';
import type { WorkflowModule } from '../workflowModules.ts';
import { Concurrency, takesTime } from './concurrency.ts';
import { Recognition } from './recognition.ts';
import { Scene } from './scene.ts';
import type { Rehearsed } from './search.ts';
import type { JsonObject } from './trial.ts';

/** Makes the test functions of a module: each with a name of its own and the fixtures that it needs. */
export class TestFunctions {
  readonly workflow: WorkflowModule;
  readonly modelCalls: Concurrency;
  /** Model calls and embeddings. */
  readonly requests: Concurrency;
  readonly recognition: Recognition;
  /** Model calls, functions and workflows. */
  readonly steps: Concurrency;
  readonly #base: JsonObject;
  readonly #decorators: readonly Expr[];
  readonly #names = createScope(['test_refuses_input_that_does_not_fit', ...doorTestNames]);

  /** @param base what the constant `INPUT` holds. */
  constructor(workflow: WorkflowModule, base: JsonObject, decorators: readonly Expr[]) {
    this.workflow = workflow;
    this.modelCalls = new Concurrency(workflow.plan, isModelNode);
    this.requests = new Concurrency(workflow.plan, asksProvider);
    this.recognition = new Recognition(workflow.plan, this.modelCalls);
    this.steps = new Concurrency(workflow.plan, takesTime);
    this.#base = base;
    this.#decorators = decorators;
  }

  name(words: string): Identifier {
    return this.#names.snake(words);
  }

  scene(run: Rehearsed): Scene {
    return new Scene(this, run, this.#base);
  }

  test(name: Identifier, scene: Scene, docstring: string, body: readonly Stmt[], decorators?: readonly Expr[]): Stmt {
    return py.def(name, {
      parameters: scene.parameters,
      returns: py.literal(null),
      docstring,
      body: [...scene.setup, ...body],
      decorators: decorators ?? this.#decorators,
    });
  }
}
