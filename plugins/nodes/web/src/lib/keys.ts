import { realDate } from './node';
import type { PreAuthKey } from './types';

export const KEY_STATES = ['active', 'used', 'expired'] as const;
export type KeyState = (typeof KEY_STATES)[number];

/** A single-use key that was used is finished whatever its date says; headscale never marks a reusable one as used. */
export function keyState(key: Pick<PreAuthKey, 'used' | 'reusable' | 'expiration'>, now: number = Date.now()): KeyState {
  if (key.used && !key.reusable) return 'used';
  const expiration = realDate(key.expiration);
  return expiration === null || new Date(expiration).getTime() <= now ? 'expired' : 'active';
}
