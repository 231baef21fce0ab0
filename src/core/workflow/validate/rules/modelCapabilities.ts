import type { NodeRule } from '../context.ts';
import { changeTo } from '../fixes.ts';
import { callableNames, fixFor, knownModelNodes } from '../requestedModel.ts';
import { partsOf } from '../sentMessages.ts';

/** Tools, formats of the answer and images that the model does not know. */
export const modelCapabilities: NodeRule = (context, reporter) => {
  for (const known of knownModelNodes(context)) {
    const { node, name, model } = known;
    if (!model.tools && callableNames(context, node).length > 0) {
      const declared = (['tools', 'functions'] as const).find((key) => node.config[key].length > 0);
      const place =
        declared === undefined
          ? ({ path: context.pathOf(node, 'config') } as const)
          : ({ path: context.pathOf(node, 'config', declared), at: 'key' } as const);
      reporter.report('tools-unsupported', { model: name }, place);
    }
    const { responseFormat: format } = node.config;
    const place = context.pathOf(node, 'config', 'responseFormat');
    if (format === 'json_object' && !model.jsonMode) {
      const fixes = fixFor(known, changeTo(reporter, place, 'text'));
      reporter.report('json-mode-unsupported', { model: name }, { path: place }, { fixes });
    }
    if (typeof format === 'object' && !model.jsonSchema) {
      const other = model.jsonMode ? 'json_object' : 'text';
      const fixes = fixFor(known, changeTo(reporter, place, other));
      reporter.report('json-schema-unsupported', { model: name, other }, { path: [...place, 'type'] }, { fixes });
    }
    if (model.vision) continue;
    for (const image of partsOf(context, node, 'image'))
      reporter.report('images-without-vision', { model: name, node: node.id }, { path: image });
  }
};
