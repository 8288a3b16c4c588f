import { describe, expect, it } from 'vitest';
import { find, goTarget, nodeCommands } from '../../shell/src/palette/commands';
import { isInside, nextAfterSignIn, pageUrl, resolve, resolveTarget, sections, signInUrl, type ShellPage } from '../../shell/src/lib/router';

const page = (plugin: string, path: string, extra: Partial<ShellPage> = {}): ShellPage => ({
  plugin, id: `${plugin}${path}`, path, title: path, icon: 'circle', section: 'network', order: 10, element: `${plugin}-page`, module: '/m.js', style: null, permission: '', ...extra });
const pages = [page('nodes', '/nodes'), page('nodes', '/nodes-map'), page('nodes', '/nodes/deep'), page('dns', '/')];

describe('resolve', () => {
  it.each([['/admin', 'overview'], ['/admin/', 'overview'], ['/admin/plugins/', 'plugins'], ['/admin/sign-in', 'sign-in']])('%s is %s', (path, name) => expect(resolve(path, pages)).toEqual({ kind: 'core', name }));
  it('finds a plugin page and its parameters', () => expect(resolve('/admin/p/nodes/nodes/12', pages)).toEqual({ kind: 'plugin', page: pages[0], params: ['12'] }));
  it('decodes parameters', () => expect(resolve('/admin/p/nodes/nodes/a%2Fb', pages)).toMatchObject({ params: ['a/b'] }));
  it('survives a broken escape', () => expect(resolve('/admin/p/nodes/nodes/%E0%A4%A', pages)).toMatchObject({ params: ['%E0%A4%A'] }));
  it('takes the longest page that fits', () => expect(resolve('/admin/p/nodes/nodes/deep/1', pages)).toMatchObject({ page: pages[2], params: ['1'] }));
  it('does not take a page for another with the same beginning', () => expect(resolve('/admin/p/nodes/nodes-map', pages)).toMatchObject({ page: pages[1] }));
  it('knows a plugin whose page is its root', () => expect(resolve('/admin/p/dns/zone', pages)).toMatchObject({ page: pages[3], params: ['zone'] }));
  it.each(['/', '/administrator', '/admin/p/nodes', '/admin/p/other/nodes', '/admin/constructor', '/admin/plugins/x'])('%s is no page', (path) => expect(resolve(path, pages)).toEqual({ kind: 'missing' }));
});

describe('targets', () => {
  it.each([['nodes/12', '/admin/p/nodes/nodes/12'], ['/admin/audit', '/admin/audit'], ['?q=a', '/admin/p/nodes/nodes?q=a'], ['?', '/admin/p/nodes/nodes']])('%s leads to %s', (to, url) =>
    expect(resolveTarget(to, 'nodes', '/admin/p/nodes/nodes?q=old')).toBe(url));
  it.each(['//evil.example/admin/', 'https://evil.example/admin/', '/elsewhere', '/admin/../etc', '/admin/api/v1/me', '/\\evil.example', '/admin\n/x', 'javascript:alert(1)'])('%s stays out', (to) =>
    expect(to.startsWith('/') ? resolveTarget(to, 'nodes', '/admin/') : isInside(to) ? to : null).toBeNull());
  it('a plugin cannot climb out by dots', () => expect(resolveTarget('../../../x', 'nodes', '/admin/')).toBeNull());
});

describe('sign-in', () => {
  it('remembers where one was', () => expect(signInUrl({ pathname: '/admin/p/nodes/nodes', search: '?q=a' })).toBe('/admin/sign-in?next=%2Fadmin%2Fp%2Fnodes%2Fnodes%3Fq%3Da'));
  it('needs no memory of the first page', () => expect(signInUrl({ pathname: '/admin/', search: '' })).toBe('/admin/sign-in'));
  it.each([['?next=%2Fadmin%2Faudit', '/admin/audit'], ['?next=https%3A%2F%2Fevil.example%2Fadmin%2F', '/admin/'], ['?next=%2F%2Fevil.example%2Fadmin', '/admin/'], ['?next=%2Fadmin%2Fsign-in', '/admin/'], ['', '/admin/']])('%s leads to %s', (search, url) =>
    expect(nextAfterSignIn(search)).toBe(url));
});

describe('navigation', () => {
  it('groups by section in the order of the house, unknown ones last, public ones not at all', () => {
    const list = sections([page('b', '/b', { section: 'zoo' }), page('a', '/z', { section: 'access', order: 20 }), page('a', '/y', { section: 'access', order: 10 }), page('n', '/n'), page('p', '/p', { section: 'public' })]);
    expect(list.map((section) => [section.id, section.pages.map(pageUrl)])).toEqual([['network', ['/admin/p/n/n']], ['access', ['/admin/p/a/y', '/admin/p/a/z']], ['zoo', ['/admin/p/b/b']]]);
  });
});

describe('the palette', () => {
  const page = { plugin: 'nodes', id: 'nodes', path: '/nodes', title: 'Nodes', icon: '', section: 'network', order: 1, element: 'nodes-nodes-page', module: '', style: null, permission: '' };
  it('g and a letter lead to pages that are there', () => {
    expect(goTarget('n', [page])).toBe('/admin/p/nodes/nodes');
    expect(goTarget('o', [])).toBe('/admin/');
    for (const letter of ['u', 'z', 'constructor', '']) expect(goTarget(letter, [page])).toBeNull();
  });
  it('the best hit stands first, whatever its group, and no group crowds the others out', () => {
    const node = { name: 'Host', ipAddresses: ['100.64.0.1'], tags: [], online: true };
    const nodes = nodeCommands(page, Array.from({ length: 30 }, (_, i) => ({ ...node, id: String(i), givenName: `users-${i}` })));
    const found = find('users', [...nodes, { id: 'p', group: 'pages', icon: '', label: 'Users', url: '/x' }], 8);
    expect(found[0]?.id).toBe('p');
    expect(found).toHaveLength(9);
    expect(find('100.64.0.1', nodes, 8)[0]?.url).toBe('/admin/p/nodes/nodes/0');
  });
});
