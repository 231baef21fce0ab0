import type { TriggerNode } from '../../../../workflow/trigger.ts';
import type { NodeCodeGenerator } from '../../NodeCodeGenerator.ts';
import * as py from '../../syntax/build.ts';

/** The trigger's value is the validated input, which `run` gets as its argument. */
const trigger: NodeCodeGenerator<TriggerNode['type']> = {
  imports: ['Given', 'from_openai'],
  valueType: () => undefined,
  annotates: () => false,
  value: () => py.call(py.imported('app.runtime.expressions', 'plain'), py.name('inputs')),
};

export const httpEndpoint: NodeCodeGenerator<'httpEndpoint'> = trigger;
export const websocketEndpoint: NodeCodeGenerator<'websocketEndpoint'> = trigger;
export const webhookReceiver: NodeCodeGenerator<'webhookReceiver'> = trigger;
export const scheduledTask: NodeCodeGenerator<'scheduledTask'> = trigger;
export const queueConsumer: NodeCodeGenerator<'queueConsumer'> = {
  ...trigger,
  settings: ['app/durable/queue_settings.py'],
};
