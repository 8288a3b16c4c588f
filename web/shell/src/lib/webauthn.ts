/**
 * Passkeys between the browser's interface, which speaks in buffers, and the console's, which speaks in JSON with base64url. Our own translation: the
 * browsers' `parse...FromJSON` is too new to count on. Failures are the browser's `DOMException`s; `wasDeclined` tells the harmless ones.
 */
interface Descriptor {
  type: 'public-key';
  id: string;
  transports?: AuthenticatorTransport[];
}
export interface RequestOptionsJson {
  challenge: string;
  timeout?: number;
  rpId?: string;
  allowCredentials?: Descriptor[];
  userVerification?: UserVerificationRequirement;
  extensions?: AuthenticationExtensionsClientInputs;
}
export interface CreationOptionsJson {
  challenge: string;
  rp: PublicKeyCredentialRpEntity;
  user: { id: string; name: string; displayName: string };
  pubKeyCredParams: PublicKeyCredentialParameters[];
  timeout?: number;
  excludeCredentials?: Descriptor[];
  authenticatorSelection?: AuthenticatorSelectionCriteria;
  attestation?: AttestationConveyancePreference;
  extensions?: AuthenticationExtensionsClientInputs;
}
export interface Ceremony<Options> {
  ceremony: string;
  publicKey: Options;
}

export function fromBase64Url(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replace(/-/g, '+').replace(/_/g, '/'));
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i += 1) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

export function toBase64Url(data: ArrayBuffer | Uint8Array): string {
  let binary = '';
  for (const byte of new Uint8Array(data)) binary += String.fromCharCode(byte);
  return btoa(binary).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}

const descriptor = ({ id, ...rest }: Descriptor): PublicKeyCredentialDescriptor => ({ ...rest, id: fromBase64Url(id) });

export function passkeysPossible(): boolean {
  return typeof PublicKeyCredential !== 'undefined' && isSecureContext && Boolean(navigator.credentials);
}

/** Whether the browser can offer passkeys in the list that opens under the field for the email address. */
export async function autofillPossible(): Promise<boolean> {
  try {
    return passkeysPossible() && Boolean(await PublicKeyCredential.isConditionalMediationAvailable?.());
  } catch {
    return false;
  }
}

function common(credential: PublicKeyCredential): Record<string, unknown> {
  return {
    id: credential.id, rawId: toBase64Url(credential.rawId), type: credential.type, authenticatorAttachment: credential.authenticatorAttachment ?? null,
    clientExtensionResults: credential.getClientExtensionResults(),
  };
}

export async function usePasskey(options: RequestOptionsJson, how: { mediation?: CredentialMediationRequirement; signal?: AbortSignal } = {}): Promise<Record<string, unknown>> {
  const publicKey: PublicKeyCredentialRequestOptions = { ...options, challenge: fromBase64Url(options.challenge), allowCredentials: (options.allowCredentials ?? []).map(descriptor) };
  const credential = (await navigator.credentials.get({ publicKey, ...how })) as PublicKeyCredential | null;
  if (!credential) throw new DOMException('no passkey was chosen', 'NotAllowedError');
  const response = credential.response as AuthenticatorAssertionResponse;
  return {
    ...common(credential),
    response: {
      clientDataJSON: toBase64Url(response.clientDataJSON), authenticatorData: toBase64Url(response.authenticatorData), signature: toBase64Url(response.signature),
      userHandle: response.userHandle ? toBase64Url(response.userHandle) : null,
    },
  };
}

export async function makePasskey(options: CreationOptionsJson, signal?: AbortSignal): Promise<Record<string, unknown>> {
  const publicKey: PublicKeyCredentialCreationOptions = {
    ...options, challenge: fromBase64Url(options.challenge), user: { ...options.user, id: fromBase64Url(options.user.id) }, excludeCredentials: (options.excludeCredentials ?? []).map(descriptor) };
  const credential = (await navigator.credentials.create({ publicKey, ...(signal ? { signal } : {}) })) as PublicKeyCredential | null;
  if (!credential) throw new DOMException('no passkey was made', 'NotAllowedError');
  const response = credential.response as AuthenticatorAttestationResponse;
  return {
    ...common(credential),
    response: { clientDataJSON: toBase64Url(response.clientDataJSON), attestationObject: toBase64Url(response.attestationObject), transports: response.getTransports?.() ?? [] },
  };
}

/** Closed the browser's window, waited too long, or another request took its place: nothing is wrong. */
export function wasDeclined(error: unknown): boolean {
  return error instanceof DOMException && (error.name === 'NotAllowedError' || error.name === 'AbortError');
}

/** The device holds a passkey of this account already. */
export function isDuplicate(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'InvalidStateError';
}
