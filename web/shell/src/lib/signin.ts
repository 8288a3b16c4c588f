/** The calls of signing in, and what their failures mean in words. */
import { nextAfterSignIn } from './router';
import { ApiFailure, type ShellApi } from './api';
import { t } from './messages';
import { usePasskey, type Ceremony, type RequestOptionsJson } from './webauthn';

export interface Methods {
  password: boolean;
  passkeys: boolean;
  providers: { id: string; title: string }[];
}
export interface Next {
  next: 'done' | 'second_factor' | 'enrol' | 'sign_in';
  methods?: string[];
  recovery_left?: number | null;
  recovery_codes?: string[];
}

export async function readMethods(api: ShellApi): Promise<Methods> {
  try {
    return await api.get<Methods>('session/methods');
  } catch {
    // The form for the password works without knowing more.
    return { password: true, passkeys: false, providers: [] };
  }
}

export async function signInByPasskey(api: ShellApi, how: { mediation?: CredentialMediationRequirement; signal?: AbortSignal } = {}): Promise<Next> {
  const { ceremony, publicKey } = await api.post<Ceremony<RequestOptionsJson>>('session/passkey/options');
  const credential = await usePasskey(publicKey, how);
  return api.call<Next>('POST', 'session/passkey', { body: { ceremony, credential }, credentials: true });
}

/** Leaves for a provider; it leads back to the page that was asked for. */
export async function startProvider(api: ShellApi, id: string, search: string): Promise<void> {
  const { url } = await api.post<{ url: string }>(`sso/${encodeURIComponent(id)}/start`, { return_to: nextAfterSignIn(search), purpose: 'sign_in' });
  if (!/^https?:\/\//.test(url)) throw new Error(t('signin.provider.wrong'));
  location.assign(url);
}

/** How long to wait before another try; 0 when the failure is another one. */
export function waitOf(error: unknown): number {
  return error instanceof ApiFailure && error.status === 429 ? error.retryAfter || 60 : 0;
}

/** The password, code or passkey did not fit; anything else went wrong on the way. */
export function isWrong(error: unknown): error is ApiFailure {
  return error instanceof ApiFailure && [400, 401, 422].includes(error.status);
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
