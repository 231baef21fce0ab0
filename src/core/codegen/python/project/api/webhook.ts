import type { NodeOf } from '../../../../workflow/types.ts';
import { answered, type Described } from './operation.ts';
import { component } from './publicSchema.ts';

type Config = NodeOf<'webhookReceiver'>['config'];

/** What a service sends in the head of a webhook: what it is signed with, and what has happened. */
function headersOf({ service, hmac }: Config): readonly (readonly [name: string, isNeeded: boolean])[] {
  switch (service) {
    case 'github':
      return [
        ['X-Hub-Signature-256', true],
        ['X-GitHub-Event', false],
      ];
    case 'shopify':
      return [
        ['X-Shopify-Hmac-Sha256', true],
        ['X-Shopify-Topic', false],
      ];
    case 'stripe':
      return [['Stripe-Signature', true]];
    case 'slack':
      return [
        ['X-Slack-Signature', true],
        ['X-Slack-Request-Timestamp', true],
      ];
    case 'hmac':
      return [
        ...(hmac === undefined ? [] : [[hmac.header, true] as const]),
        ...(hmac?.timestampHeader === undefined ? [] : [[hmac.timestampHeader, true] as const]),
        ...(hmac?.eventHeader === undefined ? [] : [[hmac.eventHeader, false] as const]),
      ];
  }
}

const status: Described = {
  type: 'object',
  required: ['status'],
  properties: { status: { type: 'string', enum: ['accepted', 'duplicate', 'ignored', 'pong'] } },
};

/** What comes back at once: that the webhook was taken, or that nothing is to be done about it. */
function taken(description: string): Described {
  return answered({ 'application/json': { schema: status } }, {}, description);
}

/**
 * What is said of a webhook: how it is signed, what it holds, and how it is answered.
 * @param input the name of the schema of what it holds
 * @param answers those of the run, where the service waits for them
 */
export function webhookOperation(
  config: Config,
  input: string,
  answers: Readonly<Record<string, Described>>,
): Described {
  const parameters = headersOf(config).map(([name, required]) => ({
    name,
    in: 'header',
    required,
    schema: { type: 'string' },
  }));
  const schema = component(input);
  const content = { 'application/json': { schema }, 'application/x-www-form-urlencoded': { schema } };
  const ofRun = config.answer === 'result' ? answers : {};
  const later = config.answer === 'accepted' && config.service !== 'slack';
  return {
    parameters,
    requestBody: { required: true, content },
    responses: {
      200:
        ofRun['200'] ??
        taken(later ? 'It starts nothing: it has come before, or is none of the events.' : 'It was taken.'),
      ...(later ? { 202: taken('A run was started; how it ends is in the log.') } : {}),
      ...Object.fromEntries(Object.entries(ofRun).filter(([code]) => code !== '200')),
    },
  };
}
