import { create } from 'zustand';

import type { Refusal, Service } from '../../../protocol/index.ts';
import { ApiError, ask } from '../../api/client.ts';

interface ServicesState {
  /** Undefined until they are known. */
  readonly services: readonly Service[] | undefined;
  /** The one whose runs are shown. */
  readonly chosen: string | undefined;
  readonly failure: Refusal | undefined;
}

/** The services that a person has named. What they are asked with, the server knows alone. */
export const useServices = create<ServicesState>()(() => ({
  services: undefined,
  chosen: undefined,
  failure: undefined,
}));

export async function loadServices(): Promise<void> {
  try {
    const { services } = await ask('services', {});
    useServices.setState(({ chosen }) => ({ services, failure: undefined, chosen: knownOr(services, chosen) }));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    useServices.setState({ failure: error.refusal });
  }
}

/** Names a service, or gives another token to one that is named, and shows its runs. Throws an ApiError. */
export async function addService(address: string, token: string): Promise<void> {
  const { id } = await ask('addService', { address, ...(token !== '' && { token }) });
  const { services } = await ask('services', {});
  useServices.setState({ services, chosen: id, failure: undefined });
}

/** Forgets a service and its token. Throws an ApiError. */
export async function forgetService(id: string): Promise<void> {
  await ask('forgetService', { service: id });
  await loadServices();
}

function knownOr(services: readonly Service[], chosen: string | undefined): string | undefined {
  return services.some(({ id }) => id === chosen) ? chosen : services[0]?.id;
}
