import { webhookSecret } from '../../../workflow/secrets.ts';
import { isAsked, type TriggerNode } from '../../../workflow/trigger.ts';
import type { NodeOf } from '../../../workflow/types.ts';
import { takesKeys } from './operations.ts';

/** What a curl line says of who asks: options, with a blank behind. */
export function credentialOptions(trigger: TriggerNode): string {
  if (trigger.type === 'queueConsumer') return '-H "Authorization: Bearer $QUEUE_TOKEN" ';
  if (trigger.type === 'scheduledTask') return '-H "Authorization: Bearer $RUNS_TOKEN" ';
  switch (isAsked(trigger) ? (trigger.config.auth?.kind ?? 'none') : 'none') {
    case 'none':
      return '';
    case 'apiKey':
      return '-H "Authorization: Bearer $KEY" ';
    case 'bearer':
      return '-H "Authorization: Bearer $TOKEN" ';
    case 'basic':
      return '-u "$NAME:$KEY" ';
  }
}

const senders = { github: 'GitHub', stripe: 'Stripe', slack: 'Slack', shopify: 'Shopify', hmac: 'A service' } as const;

/** How a service is told to send its webhooks here. */
export function webhookText(name: string, { config }: NodeOf<'webhookReceiver'>): string {
  const secret = webhookSecret(name);
  const answered =
    config.answer === 'accepted'
      ? 'It is answered at once, and the run goes on.'
      : 'It is answered with what the run gives.';
  const challenge =
    config.challenge === 'hub' ? ` The token that it sends to confirm the address is \`${secret}_VERIFY\`.` : '';
  return `${senders[config.service]} sends webhooks to \`POST ${config.path}\`, signed with the secret that \`${secret}\` holds.${challenge} ${answered}
While you replace the secret, the one before is \`${secret}_PREVIOUS\`.
`;
}

/** How callers come in. */
export function accessText(triggers: readonly TriggerNode[]): string {
  const auths = triggers.flatMap((trigger) => (isAsked(trigger) ? (trigger.config.auth ?? []) : []));
  const scopes = [...new Set(auths.flatMap((auth) => auth.scopes ?? []))];
  const options = scopes.map((scope) => ` --scope ${scope}`).join('');
  const keys = `
Callers need a key. Make one for each, and give it to nobody else; it is printed once:

\`\`\`sh
.venv/bin/python -m app.keys add NAME${options}
.venv/bin/python -m app.keys list
.venv/bin/python -m app.keys revoke NAME
\`\`\`

\`api-keys.json\` (\`API_KEYS_FILE\`) has their names and hashes. A service that runs notices its changes.
`;
  const tokens = `
Callers need a token (JWT) of the issuer whose keys are at \`JWT_JWKS_URL\`, with the \`iss\` of \`JWT_ISSUER\` and an \`aud\` of \`JWT_AUDIENCE\`.
`;
  return [triggers.some(takesKeys) ? keys : '', auths.some(({ kind }) => kind === 'bearer') ? tokens : ''].join('');
}
