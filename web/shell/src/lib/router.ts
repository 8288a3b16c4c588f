/** Addresses of the console: plain functions, so that they can be tested without a browser. All pages lie below `/admin`. */
export const BASE = '/admin';

export interface ShellPage {
  plugin: string;
  id: string;
  path: string;
  title: string;
  icon: string;
  section: string;
  order: number;
  element: string;
  module: string;
  style: string | null;
  permission: string;
  /** A route of the plugin that answers counts, `counts` or `counts#registrations`: what to show beside the entry. */
  badge?: string | null;
}

export type CoreName = 'overview' | 'plugins' | 'audit' | 'admins' | 'roles' | 'sso' | 'api' | 'account' | 'notifications' | 'setup' | 'sign-in' | 'link' | 'confirmed';
export type View =
  | { kind: 'core'; name: CoreName }
  | { kind: 'plugin'; page: ShellPage; params: string[] }
  | { kind: 'missing' };

const CORE_PAGES: Record<string, CoreName> = {
  '': 'overview', plugins: 'plugins', audit: 'audit', admins: 'admins', roles: 'roles', sso: 'sso', reference: 'api', account: 'account', notifications: 'notifications', setup: 'setup', 'sign-in': 'sign-in',
  link: 'link', confirmed: 'confirmed',
};

/** The addresses before the frame: nobody comes back to them. */
export const GATE = /^\/admin\/(sign-in|setup|link|confirmed)\/?$/;

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

export function pageUrl(page: Pick<ShellPage, 'plugin' | 'path'>): string {
  return `${BASE}/p/${page.plugin}${page.path}`;
}

export function resolve(pathname: string, pages: readonly ShellPage[]): View {
  if (pathname !== BASE && !pathname.startsWith(`${BASE}/`)) return { kind: 'missing' };
  const rest = pathname.slice(BASE.length).replace(/^\/+|\/+$/g, '');
  const core = Object.hasOwn(CORE_PAGES, rest) ? CORE_PAGES[rest] : undefined;
  if (core) return { kind: 'core', name: core };
  if (!rest.startsWith('p/')) return { kind: 'missing' };
  const wanted = `${BASE}/${rest}`;
  let best: ShellPage | null = null;
  for (const page of pages) {
    const url = pageUrl(page).replace(/\/$/, '');
    if ((wanted === url || wanted.startsWith(`${url}/`)) && (!best || page.path.length > best.path.length)) best = page;
  }
  if (!best) return { kind: 'missing' };
  const tail = wanted.slice(pageUrl(best).replace(/\/$/, '').length);
  return { kind: 'plugin', page: best, params: tail.split('/').filter(Boolean).map(decode) };
}

/** Where a plugin page's `navigate` leads: absolute, below its plugin, or only another query. Null when it would leave the console. */
export function resolveTarget(to: string, plugin: string, current: string): string | null {
  if (to.startsWith('?')) return current.split('?')[0] + (to === '?' ? '' : to);
  const target = to.startsWith('/') ? to : `${BASE}/p/${plugin}/${to}`;
  return isInside(target) ? target : null;
}

/** True for an address that this console serves as a page; keeps sign-in from sending anybody elsewhere. */
export function isInside(target: string): boolean {
  if (/[\u0000-\u0020\\]/.test(target) || target.startsWith('//')) return false;
  const url = new URL(target, 'https://console.invalid');
  return url.origin === 'https://console.invalid' && (url.pathname === BASE || url.pathname.startsWith(`${BASE}/`)) && !url.pathname.startsWith(`${BASE}/api/`);
}

export function nextAfterSignIn(search: string): string {
  const next = new URLSearchParams(search).get('next');
  return next && isInside(next) && !GATE.test(new URL(next, 'https://console.invalid').pathname) ? next : `${BASE}/`;
}

export function signInUrl(location: { pathname: string; search: string }): string {
  const here = location.pathname + location.search;
  return here === `${BASE}/` || here === BASE ? `${BASE}/sign-in` : `${BASE}/sign-in?next=${encodeURIComponent(here)}`;
}

export interface Section {
  id: string;
  pages: ShellPage[];
}

const SECTION_ORDER = ['network', 'access', 'system'];

export function sections(pages: readonly ShellPage[]): Section[] {
  const byId = new Map<string, ShellPage[]>();
  for (const page of pages) {
    if (page.section === 'public') continue;
    byId.set(page.section, [...(byId.get(page.section) ?? []), page]);
  }
  const rank = (id: string) => (SECTION_ORDER.indexOf(id) + SECTION_ORDER.length + 1) % (SECTION_ORDER.length + 1);
  return [...byId]
    .map(([id, list]) => ({ id, pages: list.sort((a, b) => a.order - b.order || a.title.localeCompare(b.title)) }))
    .sort((a, b) => rank(a.id) - rank(b.id));
}
