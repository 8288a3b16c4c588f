/** What the set-up page can say about a password before the server decides: length is what counts, and the obvious choices are named. */
export const MIN_LENGTH = 15;

export type PasswordReason = 'short' | 'repeats' | 'identity';

export function passwordReasons(password: string, identity: readonly string[]): PasswordReason[] {
  const reasons: PasswordReason[] = [];
  if ([...password].length < MIN_LENGTH) reasons.push('short');
  if (password.length > 0 && new Set(password.toLowerCase()).size < 5) reasons.push('repeats');
  const lower = password.toLowerCase();
  const parts = identity.flatMap((value) => [value, value.split('@')[0] ?? '']).map((value) => value.trim().toLowerCase()).filter((value) => value.length >= 4);
  if (parts.some((part) => lower.includes(part) && lower.length - part.length < MIN_LENGTH - 5)) reasons.push('identity');
  return reasons;
}
