import { callerSchema, isAsked, type AskedNode } from '../../trigger.ts';
import type { Reporter } from '../../diagnostics/report.ts';
import type { NodeOf } from '../../types.ts';
import { nodesOfType, type NodeContext, type NodeRule } from '../context.ts';
import { remove } from '../fixes.ts';
import { headerName } from './outsideRequests.ts';

/** `caller` is read where the trigger knows who asks. */
export const callerReferences: NodeRule = (context, reporter) => {
  if (context.trigger === undefined || callerSchema(context.trigger) !== undefined) return;
  const problem = `\`auth\` of ${context.trigger.id} lets in anyone`;
  for (const { path: place, references } of context.templates) {
    for (const { path } of references)
      if (path.root === 'caller') reporter.report('caller-without-auth', { problem }, { path: place, at: path.span });
  }
};

/** Workflows that others call do not know who asks. */
export const callersOfCalled: NodeRule = (context, reporter) => {
  for (const node of nodesOfType(context, 'subWorkflow')) {
    const called = context.calls.get(node.id);
    const reads = called?.file.nodes.some(({ id }) => called.readsOf(id).some(({ path }) => path.root === 'caller'));
    if (reads === true)
      reporter.report('caller-of-called', { path: node.config.file }, { path: context.pathOf(node, 'config', 'file') });
  }
};

/** Who may come in, how often, and from whose pages. */
export const access: NodeRule = (context, reporter) => {
  for (const node of context.nodes.filter(isAsked)) {
    checkAuth(context, reporter, node);
    checkLimits(context, reporter, node);
    for (const [index, name] of (node.config.cors?.headers ?? []).entries()) {
      if (headerName.test(name)) continue;
      reporter.report(
        'invalid-header-name',
        { name },
        { path: context.pathOf(node, 'config', 'cors', 'headers', index) },
      );
    }
  }
};

function checkAuth(context: NodeContext, reporter: Reporter, node: AskedNode): void {
  const { auth } = node.config;
  if (auth === undefined) return;
  const unread = (key: 'algorithms' | 'scopes', problem: string): void => {
    const path = context.pathOf(node, 'config', 'auth', key);
    reporter.report('unfit-auth', { problem }, { path, at: 'key' }, { fixes: [remove(reporter, path, 'Remove it')] });
  };
  if (auth.algorithms !== undefined && auth.kind !== 'bearer')
    unread('algorithms', 'only tokens of the kind `bearer` are signed with `algorithms`');
  if (auth.scopes !== undefined && auth.kind === 'none')
    unread('scopes', 'nobody has `scopes` where anyone may come in');
  if (auth.kind === 'none') return;
  for (const [index, scope] of (auth.scopes ?? []).entries()) {
    // https://www.rfc-editor.org/rfc/rfc6749#section-3.3, without what a list in a header could be confused by.
    if (/^[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}$/.test(scope)) continue;
    const problem = 'a scope has letters, digits and `. _ : / -`, 64 at most';
    reporter.report('unfit-auth', { problem }, { path: context.pathOf(node, 'config', 'auth', 'scopes', index) });
  }
}

function checkLimits(context: NodeContext, reporter: Reporter, node: AskedNode): void {
  const { rateLimit } = node.config;
  if (rateLimit === undefined) return;
  const path = context.pathOf(node, 'config', 'rateLimit');
  if (Object.keys({ ...rateLimit.minute, ...rateLimit.day }).length === 0)
    reporter.report('empty-rate-limit', {}, { path, at: 'key' }, { fixes: [remove(reporter, path, 'Remove it')] });
  if (rateLimit.per === 'caller' && callerSchema(node) === undefined) {
    const problem = `\`auth\` of ${node.id} lets in anyone`;
    reporter.report('caller-without-auth', { problem }, { path: [...path, 'per'] });
  }
}

/** How webhooks are signed. */
export const webhookSignatures: NodeRule = (context, reporter) => {
  for (const node of nodesOfType(context, 'webhookReceiver')) {
    const { service, hmac } = node.config;
    const path = context.pathOf(node, 'config', 'hmac');
    if (service === 'hmac' && hmac === undefined) {
      const hint = 'Add `"hmac": {"header": "X-Signature"}`, with what else the service documents.';
      const at = context.pathOf(node, 'config', 'service');
      reporter.report('unfit-signature', { problem: '`hmac` does not say how', hint }, { path: at });
    } else if (service !== 'hmac' && hmac !== undefined) {
      const problem = `\`hmac\` says something else than the scheme of ${service}`;
      const hint = 'Remove `hmac`, or set `"service": "hmac"`.';
      const extras = { fixes: [remove(reporter, path, 'Remove `hmac`')] };
      reporter.report('unfit-signature', { problem, hint }, { path, at: 'key' }, extras);
    } else if (hmac !== undefined) {
      checkHmac(context, reporter, node, hmac);
    }
  }
};

function checkHmac(
  context: NodeContext,
  reporter: Reporter,
  node: NodeOf<'webhookReceiver'>,
  hmac: NonNullable<NodeOf<'webhookReceiver'>['config']['hmac']>,
): void {
  const pathTo = (key: string) => context.pathOf(node, 'config', 'hmac', key);
  for (const key of ['header', 'timestampHeader', 'eventHeader'] as const) {
    const name = hmac[key];
    if (name !== undefined && !headerName.test(name))
      reporter.report('invalid-header-name', { name }, { path: pathTo(key) });
  }
  const isSigned = hmac.signedPrefix.includes('{timestamp}');
  if (isSigned && hmac.timestampHeader === undefined) {
    const hint = 'Name the header that holds it in `timestampHeader`.';
    reporter.report(
      'unfit-signature',
      { problem: 'nothing says where `{timestamp}` comes from', hint },
      { path: pathTo('signedPrefix') },
    );
  } else if (!isSigned && hmac.timestampHeader !== undefined) {
    const hint = 'Put `{timestamp}` into `signedPrefix` where the service signs it, or leave `timestampHeader` out.';
    const problem = 'the time in `timestampHeader` is not signed, so anyone could change it';
    reporter.report('unfit-signature', { problem, hint }, { path: pathTo('timestampHeader') });
  }
}
