import { stopSeconds } from './service.ts';

/** `railway.json`: https://docs.railway.com/config-as-code/reference */
export function railway(): string {
  const config = {
    $schema: 'https://railway.com/railway.schema.json',
    build: { builder: 'DOCKERFILE', dockerfilePath: 'Dockerfile' },
    deploy: {
      healthcheckPath: '/readyz',
      healthcheckTimeout: 60,
      overlapSeconds: 5,
      drainingSeconds: stopSeconds,
      restartPolicyType: 'ON_FAILURE',
      restartPolicyMaxRetries: 10,
    },
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}
