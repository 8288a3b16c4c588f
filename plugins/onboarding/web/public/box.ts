// The browser's key pair, and the box that only it can open (X25519, as libsodium's crypto_box_seal makes it).
//
// The secret half stays in this browser's storage until the request has ended. The opened key is never stored: the sealed box
// is kept for this tab only, so that a reload shows the key again.
import { blake2b } from 'blakejs/blake2b.js';
import nacl from 'tweetnacl';

export interface Opened {
  key: string;
  command: string;
  qrSvg: string;
  expiresAt: string;
}

interface Pair {
  public: string;
  secret: string;
  at: number;
}

const PAIRS = 'masthead.onboarding.pairs';
const SEALED = 'masthead.onboarding.sealed';
const KEPT = 8;

export function toText(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

export function toBytes(text: string): Uint8Array {
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0));
}

export function openBox(sealed: Uint8Array, publicKey: Uint8Array, secretKey: Uint8Array): Uint8Array | null {
  if (sealed.length < nacl.box.publicKeyLength + nacl.box.overheadLength) return null;
  const ephemeral = sealed.subarray(0, nacl.box.publicKeyLength);
  const both = new Uint8Array(2 * nacl.box.publicKeyLength);
  both.set(ephemeral);
  both.set(publicKey, ephemeral.length);
  const nonce = blake2b(both, undefined, nacl.box.nonceLength);
  return nacl.box.open(sealed.subarray(ephemeral.length), nonce, ephemeral, secretKey);
}

function pairs(): Pair[] {
  try {
    const list: unknown = JSON.parse(localStorage.getItem(PAIRS) ?? '[]');
    return Array.isArray(list) ? (list as Pair[]) : [];
  } catch {
    return [];
  }
}

function keep(list: Pair[]): boolean {
  try {
    localStorage.setItem(PAIRS, JSON.stringify(list.slice(-KEPT)));
    return true;
  } catch {
    return false;
  }
}

/** A new pair, kept in this browser; null when it keeps nothing: then the server makes the pair. */
export function newPair(): string | null {
  try {
    const pair = nacl.box.keyPair();
    const text = toText(pair.publicKey);
    return keep([...pairs(), { public: text, secret: toText(pair.secretKey), at: Date.now() }]) ? text : null;
  } catch {
    return null;
  }
}

export const hasPair = (): boolean => pairs().length > 0;

export function open(sealed: string): Opened | null {
  const bytes = toBytes(sealed);
  for (const pair of pairs().reverse()) {
    const clear = openBox(bytes, toBytes(pair.public), toBytes(pair.secret));
    if (clear) return JSON.parse(new TextDecoder().decode(clear)) as Opened;
  }
  return null;
}

export function keepSealed(sealed: string): void {
  try {
    sessionStorage.setItem(SEALED, sealed);
  } catch {
    // The key is on the page now; it will not be there after a reload.
  }
}

export function reopen(): Opened | null {
  try {
    const sealed = sessionStorage.getItem(SEALED);
    return sealed ? open(sealed) : null;
  } catch {
    return null;
  }
}

/** The request has ended: nothing of its key stays here. */
export function forget(): void {
  try {
    sessionStorage.removeItem(SEALED);
    localStorage.removeItem(PAIRS);
  } catch {
    // A browser that keeps nothing has nothing to forget.
  }
}
