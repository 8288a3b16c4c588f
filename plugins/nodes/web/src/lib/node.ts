/** Facts about a node that headscale does not say outright. */
import type { Node_, User } from './types';

export const EXIT_ROUTES: readonly string[] = ['0.0.0.0/0', '::/0'];

/** A date that means something: headscale writes year 1 for "unset". */
export function realDate(value: string | null | undefined): string | null {
  if (!value) return null;
  const time = new Date(value).getTime();
  return Number.isNaN(time) || time < 0 ? null : value;
}

export function isExpired(node: Pick<Node_, 'expiry'>, now: number = Date.now()): boolean {
  const expiry = realDate(node.expiry);
  return expiry !== null && new Date(expiry).getTime() <= now;
}

export function waitingRoutes(node: Pick<Node_, 'availableRoutes' | 'approvedRoutes'>): string[] {
  return node.availableRoutes.filter((route) => !node.approvedRoutes.includes(route));
}

export function subnets(routes: readonly string[]): string[] {
  return routes.filter((route) => !EXIT_ROUTES.includes(route));
}

export function offersExit(node: Pick<Node_, 'availableRoutes'>): boolean {
  return node.availableRoutes.some((route) => EXIT_ROUTES.includes(route));
}

export function isExit(node: Pick<Node_, 'approvedRoutes'>): boolean {
  return node.approvedRoutes.some((route) => EXIT_ROUTES.includes(route));
}

export function userLabel(user: Pick<User, 'name' | 'displayName' | 'email'>): string {
  return user.displayName || user.name || user.email;
}

export function ownerLabel(node: Pick<Node_, 'user' | 'tags'>): string {
  // A tagged node has no owner any more; headscale names a stand-in user for it.
  return node.tags.length > 0 || !node.user ? '' : userLabel(node.user);
}

export function displayName(node: Pick<Node_, 'givenName' | 'name' | 'id'>): string {
  return node.givenName || node.name || `#${node.id}`;
}

/** What headscale accepts as a given name: one DNS label. */
export function nameProblem(name: string): 'empty' | 'long' | 'characters' | 'edges' | null {
  if (name === '') return 'empty';
  if (name.length > 63) return 'long';
  if (!/^[a-z0-9-]+$/.test(name)) return 'characters';
  return /^-|-$/.test(name) ? 'edges' : null;
}

export function tagProblem(tag: string): 'prefix' | 'characters' | null {
  if (!tag.startsWith('tag:')) return 'prefix';
  return /^tag:[a-z][a-z0-9-]*$/i.test(tag) ? null : 'characters';
}

/** `web db` typed by hand becomes `['tag:web', 'tag:db']`, without doubles. */
export function parseTags(text: string): string[] {
  const tags = text.split(/[\s,]+/).filter(Boolean).map((tag) => (tag.startsWith('tag:') ? tag : `tag:${tag}`));
  return [...new Set(tags)];
}
