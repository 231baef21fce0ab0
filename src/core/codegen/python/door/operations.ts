import { isAsked, type TriggerNode } from '../../../workflow/trigger.ts';
import { isGuarded } from './guards.ts';

/** What makes API keys is started by its name, so that nothing imports it. */
export const keysCommand = 'from app.keys import main';

/** Whether a module lets callers in by their API keys. */
export function importsKeys(content: string): boolean {
  return content.includes('\nfrom app.door.api_keys import ');
}

/** Whether callers come in by API keys. */
export function takesKeys(trigger: TriggerNode): boolean {
  const kind = isAsked(trigger) ? trigger.config.auth?.kind : undefined;
  return kind === 'apiKey' || kind === 'basic';
}

/** The modules of the runtime whose settings a service has at its door. */
export function doorSettings(triggers: readonly TriggerNode[]): readonly string[] {
  const guarded = triggers.filter(isGuarded).map(({ config }) => config);
  const receives = triggers.some(({ type }) => type === 'webhookReceiver');
  const counts = receives || guarded.some(({ rateLimit }) => rateLimit !== undefined);
  return [
    ...(triggers.some(takesKeys) ? ['app/door/key_file.py'] : []),
    ...(guarded.some(({ auth }) => auth?.kind === 'bearer') ? ['app/door/bearer.py'] : []),
    ...(guarded.some(({ cors }) => cors !== undefined) ? ['app/door/cors.py'] : []),
    ...(counts ? ['app/runtime/redis_settings.py'] : []),
    ...(receives ? ['app/door/background.py', 'app/door/webhooks/receiver.py'] : []),
  ];
}

/** The variables without which nobody could come in. */
export function neededAtDoor(triggers: readonly TriggerNode[]): readonly string[] {
  const endpoints = triggers.filter(isGuarded).map(({ config }) => config);
  return [
    ...(endpoints.some(({ auth }) => auth?.kind === 'bearer') ? ['JWT_JWKS_URL', 'JWT_ISSUER', 'JWT_AUDIENCE'] : []),
    ...(endpoints.some(({ cors }) => cors !== undefined) ? ['CORS_ORIGINS'] : []),
  ];
}
