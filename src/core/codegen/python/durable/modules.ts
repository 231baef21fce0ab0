import type { WorkflowFile } from '../../../workflow/types.ts';
import * as py from '../syntax/build.ts';

type Name = ReturnType<typeof py.imported>;

/** What durable workflows import in another place's stead: the same names, and what they give is kept. */
interface Stead {
  readonly delay: Name;
  readonly timed: Name;
  readonly runItems: Name;
  readonly completeWithTools: Name;
  readonly completeRoutedWithTools: Name;
  /** The module with the clock and chance. */
  readonly ambient: Name;
  readonly taskGroup: ReturnType<typeof py.attribute> | Name;
}

const plain: Stead = {
  delay: py.imported('app.runtime.delay', 'delay'),
  timed: py.imported('app.runtime.run_timeout', 'timed'),
  runItems: py.imported('app.runtime.loops', 'run_items'),
  completeWithTools: py.imported('app.llm.tool_loop', 'complete_with_tools'),
  completeRoutedWithTools: py.imported('app.llm.router.tools', 'complete_routed_with_tools'),
  ambient: py.imported('app.runtime', 'ambient'),
  taskGroup: py.attribute(py.importedModule('asyncio'), 'TaskGroup'),
};

const durable: Stead = {
  delay: py.imported('app.durable.times', 'delay'),
  timed: py.imported('app.durable.times', 'timed_durably'),
  runItems: py.imported('app.durable.steps', 'run_items'),
  completeWithTools: py.imported('app.durable.tool_calls', 'complete_with_tools'),
  completeRoutedWithTools: py.imported('app.durable.routed_tool_calls', 'complete_routed_with_tools'),
  ambient: py.imported('app.durable', 'ambient'),
  taskGroup: py.imported('app.durable.steps', 'TaskGroup'),
};

/** What of the runtime a workflow imports that is another for durable workflows. */
export function runtimeOf(file: WorkflowFile): Stead {
  return file.durable === true ? durable : plain;
}

/** Names that durable workflows import and others do not. */
export const durableImports: readonly string[] = ['DurableStep', 'TaskGroup', 'timed_durably', 'worked_out'];
