/** Who will own a device: found among headscale's users by what the person typed. Plain functions over plain data. */
import type { DeviceRequest, Options, User } from './types';

export type Owner = { kind: 'user'; user: User } | { kind: 'new'; name: string } | { kind: 'none' };

export const NO_OWNER: Owner = { kind: 'none' };

export function userLabel(user: User): string {
  return user.displayName || user.name || user.email || `#${user.id}`;
}

/** A user name that headscale takes, made of typed text; empty when too little is left. */
export function slug(text: string): string {
  const plain = text.normalize('NFKD').replace(/[\u0300-\u036f]/g, '').toLowerCase();
  const name = plain.replace(/[^a-z0-9._-]+/g, '-').replace(/^[^a-z]+/, '').slice(0, 63).replace(/[^a-z0-9]+$/, '');
  return name.length >= 2 ? name : '';
}

export function newUserProblem(name: string): 'short' | 'characters' | 'start' | null {
  if (name.length < 2 || name.length > 63) return 'short';
  if (!/^[a-z0-9._-]+$/.test(name)) return 'characters';
  return /^[a-z]/.test(name) ? null : 'start';
}

/** Users that fit a text, the closest first. */
export function findUsers(users: readonly User[], text: string): User[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return [...users];
  const rank = (user: User): number => {
    const names = [user.name, user.displayName ?? '', user.email ?? ''].map((name) => name.toLowerCase()).filter(Boolean);
    if (names.some((name) => name === wanted)) return 3;
    if (names.some((name) => name.startsWith(wanted))) return 2;
    return names.some((name) => name.includes(wanted)) ? 1 : 0;
  };
  return users.map((user) => ({ user, rank: rank(user) })).filter((entry) => entry.rank > 0).sort((a, b) => b.rank - a.rank).map((entry) => entry.user);
}

/** Only a whole name or address counts: half a name must not put a stranger's device under somebody else. */
export function guessOwner(users: readonly User[], person: string, contact: string): Owner {
  const exact = [contact, person].map((text) => text.trim().toLowerCase()).filter(Boolean);
  const names = [...exact, slug(person)].filter(Boolean);
  const user = users.find((candidate) => [candidate.name, candidate.displayName, candidate.email].some((value) => value && names.includes(value.toLowerCase())));
  if (user) return { kind: 'user', user };
  const name = slug(person) || slug(contact.split('@')[0] ?? '');
  return name ? { kind: 'new', name } : NO_OWNER;
}

export function ownerName(owner: Owner): string {
  return owner.kind === 'user' ? userLabel(owner.user) : owner.kind === 'new' ? owner.name : '';
}

export function ownerOptions(owner: Owner): Pick<Options, 'user' | 'newUser'> {
  if (owner.kind === 'user') return { user: owner.user.id };
  return owner.kind === 'new' ? { newUser: owner.name } : {};
}

/** The owner of a decided request, in the words that the button used; a user who is gone since then keeps the name in the request. */
export function requestOwner(request: Pick<DeviceRequest, 'owner'>, users: readonly User[]): string {
  const { id, name } = request.owner ?? { id: null, name: '' };
  const user = users.find((candidate) => candidate.id === id);
  return user ? userLabel(user) : name || (id ? `#${id}` : '');
}
