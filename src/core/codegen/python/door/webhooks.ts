import { webhookSecret } from '../../../workflow/secrets.ts';
import type { NodeOf } from '../../../workflow/types.ts';
import * as py from '../syntax/build.ts';
import type { Expr } from '../syntax/tree.ts';

type WebhookConfig = NodeOf<'webhookReceiver'>['config'];

const signatures = 'app.door.webhooks.signatures';

/** The lifespan of a router whose webhooks start runs that go on after the answer. */
export const backgroundRuns = py.imported('app.door.background', 'background_runs');

/** `Webhook(…)`: where a service sends to a workflow. */
export function webhookOf(workflow: string, config: WebhookConfig): Expr {
  const { answer, events, challenge } = config;
  return py.call(
    py.imported('app.door.webhooks.receiver', 'Webhook'),
    py.keyword('workflow', py.literal(workflow)),
    py.keyword('scheme', schemeOf(config)),
    py.keyword('variable', py.literal(webhookSecret(workflow))),
    ...(answer === 'result' ? [py.keyword('answer', py.literal('result'))] : []),
    ...(events === undefined ? [] : [py.keyword('events', py.literal(events))]),
    ...(challenge === 'hub' ? [py.keyword('is_confirmed', py.literal(true))] : []),
  );
}

function schemeOf({ service, toleranceSeconds, hmac }: WebhookConfig): Expr {
  const tolerance = toleranceSeconds === 300 ? [] : [py.keyword('tolerance_seconds', py.literal(toleranceSeconds))];
  switch (service) {
    case 'github':
      return py.call(py.imported(signatures, 'GitHub'));
    case 'shopify':
      return py.call(py.imported(signatures, 'Shopify'));
    case 'stripe':
      return py.call(py.imported(signatures, 'Stripe'), ...tolerance);
    case 'slack':
      return py.call(py.imported(signatures, 'Slack'), ...tolerance);
    case 'hmac': {
      if (hmac === undefined) throw new Error('check lets no webhook through that does not say how it is signed');
      const { header, algorithm, encoding, prefix, signedPrefix, timestampHeader, eventHeader } = hmac;
      return py.call(
        py.imported(signatures, 'Hmac'),
        py.keyword('header', py.literal(header)),
        ...(algorithm === 'sha256' ? [] : [py.keyword('algorithm', py.literal(algorithm))]),
        ...(encoding === 'hex' ? [] : [py.keyword('encoding', py.literal(encoding))]),
        ...(prefix === '' ? [] : [py.keyword('prefix', py.literal(prefix))]),
        ...(signedPrefix === '' ? [] : [py.keyword('before_body', py.literal(signedPrefix))]),
        ...(timestampHeader === undefined ? [] : [py.keyword('timestamp_header', py.literal(timestampHeader))]),
        ...(eventHeader === undefined ? [] : [py.keyword('event_header', py.literal(eventHeader))]),
        ...tolerance,
      );
    }
  }
}
