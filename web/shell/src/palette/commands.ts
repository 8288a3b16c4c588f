/** Everything that the palette can reach. Plain data from what the signed-in person may see, so that it can be tested without a browser. */
import { rank, type Matchable } from '@masthead/ui';
import { BASE, pageUrl, type ShellPage } from '../lib/router';

export interface Command extends Matchable {
  id: string;
  icon: string;
  group: 'pages' | 'actions' | 'nodes' | 'users' | 'search';
  /** Where it leads; or what it does. */
  url?: string;
  run?: () => void;
}
export interface FoundNode {
  id: string;
  name: string;
  givenName: string;
  ipAddresses: string[];
  tags: string[];
  online: boolean;
}
export interface FoundUser {
  id: string;
  name: string;
  displayName: string;
  email: string;
}

export function pageOf(pages: readonly ShellPage[], element: string): ShellPage | undefined {
  return pages.find((page) => page.element === element);
}

export function nodeCommands(page: ShellPage, nodes: readonly FoundNode[]): Command[] {
  return nodes.map((node) => ({
    id: `node-${node.id}`, group: 'nodes', icon: 'monitor', label: node.givenName || node.name || `#${node.id}`, detail: [node.ipAddresses[0] ?? '', ...node.tags].join(' '), keywords: `${node.name} ${node.ipAddresses.join(' ')}`, url: `${pageUrl(page)}/${encodeURIComponent(node.id)}` }));
}

export function userCommands(page: ShellPage, users: readonly FoundUser[]): Command[] {
  return users.map((user) => ({
    id: `user-${user.id}`, group: 'users', icon: 'user-round', label: user.displayName || user.name, detail: user.email || user.name, keywords: user.name, url: `${pageUrl(page)}?q=${encodeURIComponent(user.name)}` }));
}

/** What stands behind `g` and a letter; pages that are not there have none. */
export const GO: Readonly<Record<string, { element?: string; path?: string }>> = {
  o: { path: '/' }, n: { element: 'nodes-nodes-page' }, r: { element: 'nodes-routes-page' }, u: { element: 'nodes-users-page' }, k: { element: 'nodes-keys-page' }, d: { element: 'onboarding-requests-page' }, a: { path: '/audit' },
};

export function goTarget(letter: string, pages: readonly ShellPage[]): string | null {
  const target = Object.hasOwn(GO, letter) ? GO[letter]! : null;
  if (!target) return null;
  if (target.path) return `${BASE}${target.path}`;
  const page = pageOf(pages, target.element!);
  return page ? pageUrl(page) : null;
}

/** What fits, the group with the best hit first, at most `limit` of each; what fits best stands at the top. */
export function find(text: string, commands: readonly Command[], limit: number): Command[] {
  const groups = new Map<Command['group'], Command[]>();
  for (const command of rank(text, commands)) {
    const group = groups.get(command.group) ?? [];
    if (group.length < limit) group.push(command);
    groups.set(command.group, group);
  }
  return [...groups.values()].flat();
}
