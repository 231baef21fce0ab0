import { createHmac, randomBytes } from 'node:crypto';

import type { NodeOf, TriggerNode } from '../../core/workflow/index.ts';
import { webhookSecret } from '../../core/workflow/secrets.ts';
import type { Visitor } from './visitor.ts';

type WebhookConfig = NodeOf<'webhookReceiver'>['config'];
/** Gives the bytes of a signature. */
type Sign = (signed: string) => Buffer;

/** So that what is sent twice while it is tried out runs twice. */
const memorySeconds = '0.001';

/**
 * A visitor who signs what he sends as the service of a webhook does: with the operator's secret, or with one that is made up.
 * Undefined for other triggers.
 */
export function signing(workflow: string, trigger: TriggerNode, env: NodeJS.ProcessEnv): Visitor | undefined {
  if (trigger.type !== 'webhookReceiver') return undefined;
  const { config } = trigger;
  const variable = webhookSecret(workflow);
  const secret = env[variable] || randomBytes(24).toString('base64url');
  const isConfirmed = config.challenge === 'hub' && !env[`${variable}_VERIFY`];
  return {
    env: {
      [variable]: secret,
      WEBHOOK_MEMORY_SECONDS: env['WEBHOOK_MEMORY_SECONDS'] || memorySeconds,
      ...(isConfirmed && { [`${variable}_VERIFY`]: randomBytes(24).toString('base64url') }),
    },
    headers: (body) => signatureHeaders(config, secret, body),
    close: () => Promise.resolve(),
  };
}

/** The headers that go with a body; of `events`, the first is said to have happened. */
function signatureHeaders(config: WebhookConfig, secret: string, body: string): Readonly<Record<string, string>> {
  const now = String(Math.floor(Date.now() / 1000));
  const sha256: Sign = (signed) => createHmac('sha256', secret).update(signed).digest();
  const [event = 'test'] = config.events ?? [];
  switch (config.service) {
    case 'github':
      return { 'x-hub-signature-256': `sha256=${sha256(body).toString('hex')}`, 'x-github-event': event };
    case 'shopify':
      return { 'x-shopify-hmac-sha256': sha256(body).toString('base64'), 'x-shopify-topic': event };
    case 'stripe':
      return { 'stripe-signature': `t=${now},v1=${sha256(`${now}.${body}`).toString('hex')}` };
    case 'slack':
      return {
        'x-slack-request-timestamp': now,
        'x-slack-signature': `v0=${sha256(`v0:${now}:${body}`).toString('hex')}`,
      };
    case 'hmac':
      return config.hmac === undefined ? {} : hmacHeaders(config.hmac, secret, body, now, event);
  }
}

function hmacHeaders(
  hmac: NonNullable<WebhookConfig['hmac']>,
  secret: string,
  body: string,
  now: string,
  event: string,
): Readonly<Record<string, string>> {
  const { header, algorithm, encoding, prefix, signedPrefix, timestampHeader, eventHeader } = hmac;
  const before = signedPrefix.replaceAll('{timestamp}', timestampHeader === undefined ? '' : now);
  const signature = createHmac(algorithm, secret).update(`${before}${body}`).digest(encoding);
  return {
    [header]: `${prefix}${signature}`,
    ...(timestampHeader !== undefined && { [timestampHeader]: now }),
    ...(eventHeader !== undefined && { [eventHeader]: event }),
  };
}
