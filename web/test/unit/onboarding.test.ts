import { describe, expect, it } from 'vitest';
import { filterName, inFilter, listPath, matchesText } from '../../../plugins/onboarding/web/src/lib/filter';
import { milliseconds } from '../../../plugins/onboarding/web/src/lib/durations';
import { chunks, matchingIds, sendBulk } from '../../../plugins/onboarding/web/src/lib/bulk';
import { fieldLabel } from '../../../plugins/onboarding/web/src/lib/fields';
import { grantOptions, grantReady, newGrant, parseTags } from '../../../plugins/onboarding/web/src/lib/grant';
import { findUsers, guessOwner, newUserProblem, slug } from '../../../plugins/onboarding/web/src/lib/owner';
import { changed, networkProblem, problems } from '../../../plugins/onboarding/web/src/lib/settings';
import type { Defaults, DeviceRequest, Settings } from '../../../plugins/onboarding/web/src/lib/types';
import { badgeOf } from '../../shell/src/lib/badges.svelte';
import { ruleFor, toggleChannel, withRule, type Rules } from '../../shell/src/notify/types';

const users = [{ id: '1', name: 'ada', displayName: 'Ada Lovelace', email: 'ada@example.org' }, { id: '2', name: 'adam', displayName: '', email: '' }];
const settings: Settings = { enabled: true, public: true, registrations: true, invite_code: '', allowed_networks: [], fields: [], admin_sees_key: true, claim_once: true, key_lifetime: '1d', reusable: false, ephemeral: false, tags: ['tag:new'], undo: '10s', unanswered: '14d', purge: '30d', per_address_hour: 5, per_hour: 200, open_cap: 500 };
const defaults: Defaults = { expiry: '1d', reusable: false, ephemeral: false, tags: ['tag:new'], undo: '10s', admin_sees_key: true, fields: [{ id: 'team', label: 'Team', label_zh: '团队' }, { id: 'room', label: 'Room', label_zh: '' }] };
const request = { id: '7', words: 'amber-river', state: 'claimed', device: 'Phone', person: 'Ada', contact: '', message: '', fields: { room: 'B12' }, platform: 'ios', client: '192.0.2.7', createdAt: '', decidedAt: null, decidedBy: null, reason: null, owner: null, tags: [], expiresAt: null, keyId: null, node: null, keyVisible: false, error: null } as DeviceRequest;

describe('the owner of a device', () => {
  it('is found by whole names only', () => {
    expect(guessOwner(users, 'ada lovelace', '')).toEqual({ kind: 'user', user: users[0] });
    expect(guessOwner(users, 'x', 'ADA@example.org')).toEqual({ kind: 'user', user: users[0] });
    expect(guessOwner(users, 'Ad', '')).toEqual({ kind: 'new', name: 'ad' });
    expect(guessOwner(users, '王', '')).toEqual({ kind: 'none' });
  });
  it('is offered by what was typed, the closest first', () => {
    expect(findUsers(users, 'adam').map((user) => user.id)).toEqual(['2']);
    expect(findUsers(users, 'ada').map((user) => user.id)).toEqual(['1', '2']);
    expect(findUsers(users, 'zz')).toEqual([]);
  });
  it('has a name that headscale takes', () => {
    expect(slug('José  Ñandú!')).toBe('jose-nandu');
    expect(slug('7 of 9')).toBe('of-9');
    expect(slug('<<>>')).toBe('');
    expect(newUserProblem('a')).toBe('short');
    expect(newUserProblem('Ada')).toBe('characters');
    expect(newUserProblem('9a')).toBe('start');
    expect(newUserProblem('a.b_c-d')).toBeNull();
  });
});

describe('an approval', () => {
  it('sends only what differs from the settings', () => {
    const grant = newGrant(defaults, { kind: 'user', user: users[0]! });
    expect(grantOptions(grant, defaults)).toEqual({ user: '1' });
    expect(grantOptions({ ...grant, tagText: '', reusable: true, expiry: '7d', nodeName: ' x ' }, defaults)).toEqual({ user: '1', tags: [], reusable: true, expiry: '7d', nodeName: 'x' });
  });
  it('needs an owner or tags, and tags that are tags', () => {
    const grant = { ...newGrant(null), tagText: '' };
    expect(grantReady(grant)).toBe(false);
    expect(grantReady(grant, true)).toBe(true);
    expect(grantReady({ ...grant, tagText: 'lab' })).toBe(true);
    expect(grantReady({ ...grant, tagText: '9' }, true)).toBe(false);
    expect(grantOptions({ ...grant, tagText: 'lab' }, null)).toEqual({ user: null, tags: ['tag:lab'] });
    expect(parseTags('a, tag:a b')).toEqual(['tag:a', 'tag:b']);
  });
});

describe('the list of requests', () => {
  it('filters events as the server filters its answer', () => {
    expect(inFilter(request, 'approved')).toBe(true);
    expect(inFilter(request, 'pending')).toBe(false);
    expect(inFilter(request, 'all')).toBe(true);
    expect(matchesText(request, 'b12')).toBe(true);
    expect(matchesText(request, '7')).toBe(true);
    expect(matchesText({ ...request, client: '' }, 'zebra')).toBe(false);
    expect(inFilter({ ...request, state: 'withdrawn' }, filterName('withdrawn'))).toBe(true);
    expect(filterName('nonsense')).toBe('pending');
    expect(listPath('all', 'a&b', '9')).toBe('requests?q=a%26b&after=9&limit=50');
  });
});

describe('many requests', () => {
  const host = (refuse = 0) => {
    const calls: number[] = [];
    const all = Array.from({ length: 1201 }, (_, index) => ({ ...request, id: String(2000 - index) }));
    const api = {
      get: async (path: string) => {
        const query = new URL(path, 'http://x').searchParams;
        const begin = all.findIndex((row) => row.id === query.get('after')) + 1;
        const page = all.slice(begin, begin + Number(query.get('limit')));
        return { requests: page, total: all.length, next: begin + page.length < all.length ? page.at(-1)!.id : null };
      },
      post: async (_path: string, body: { ids: string[] }) => {
        calls.push(body.ids.length);
        if (calls.length === refuse) throw new Error('away');
        return { results: body.ids.map((id) => ({ id, ok: true })) };
      },
    };
    return { calls, host: { api } as unknown as Parameters<typeof matchingIds>[0] };
  };
  const reject = { action: 'reject', options: { reason: '' }, preview: false } as const;
  it('are found page by page and sent in calls of at most 500', async () => {
    const { calls, host: given } = host();
    const ids = await matchingIds(given, 'pending', '');
    expect([ids.length, ids[0], ids.at(-1)]).toEqual([1201, '2000', '800']);
    const told: number[] = [];
    expect((await sendBulk(given, ids, reject, (done) => told.push(done))).map((result) => result.id)).toEqual(ids);
    expect(calls).toEqual([500, 500, 201]);
    expect(told).toEqual([500, 1000, 1201]);
    expect(chunks([], 5)).toEqual([]);
  });
  it('keep what was done when a later call fails', async () => {
    const ids = Array.from({ length: 700 }, (_, index) => String(index));
    const results = await sendBulk(host(2).host, ids, reject, () => undefined);
    expect(results.filter((result) => result.ok).length).toBe(500);
    expect(results.slice(500).map((result) => result.id)).toEqual(ids.slice(500));
    expect(results.at(-1)!.error).toBe('away');
    await expect(sendBulk(host(1).host, ids, reject, () => undefined)).rejects.toThrow('away');
  });
});

describe('own fields', () => {
  it('are shown by their label in the chosen language, else by their short name', () => {
    expect(fieldLabel('team', defaults, 'en')).toBe('Team');
    expect(fieldLabel('team', defaults, 'zh-CN')).toBe('团队');
    expect(fieldLabel('room', defaults, 'zh-CN')).toBe('Room');
    expect(fieldLabel('gone', defaults, 'en')).toBe('gone');
    expect(fieldLabel('team', null, 'en')).toBe('team');
  });
});

describe('settings', () => {
  it('are checked before they are sent', () => {
    expect(problems(settings)).toEqual({});
    expect(problems({ ...settings, undo: '10', per_hour: 0, allowed_networks: ['10.0.0.0/33'], fields: [{ id: 'A', label: 'A' }] })).toEqual({ undo: 'set.wrong.duration', per_hour: 'set.wrong.number', allowed_networks: 'set.wrong.network', fields: 'set.wrong.fields' });
    expect(problems({ ...settings, fields: [{ id: 'a', label: 'A', type: 'choice' }] })).toEqual({ fields: 'set.wrong.choices' });
    expect([networkProblem('192.0.2.0/24'), networkProblem('2001:db8::/32'), networkProblem('256.1.1.1'), networkProblem('10.0.0.0/8/8')]).toEqual([false, false, true, true]);
    expect(milliseconds('90m')).toBe(5_400_000);
  });
  it('are sent when they changed and are not locked', () => {
    expect(changed(settings, { ...settings, undo: '5s', per_hour: 9 }, ['per_hour'])).toEqual({ undo: '5s' });
  });
});

describe('notifications', () => {
  const rules: Rules = { rules: [{ event: 'onboarding.*', channels: ['1'], min_severity: 'info' }], default: { channels: ['*'], min_severity: 'info' }, quiet_hours: { enabled: false, from: '22:00', to: '07:00', utc_offset: '+00:00' }, digest: { enabled: true, more_than: 5, within_minutes: 10 } };
  it('follow the exact rule, else the longest prefix, else the default', () => {
    expect(ruleFor(rules, 'onboarding.request').channels).toEqual(['1']);
    expect(ruleFor(rules, 'headscale.down').channels).toEqual(['*']);
  });
  it('get a rule of their own when one is changed', () => {
    const next = withRule(rules, 'headscale.down', (rule) => toggleChannel(rule, '1', false, ['console', '1', '2']));
    expect(ruleFor(next, 'headscale.down')).toEqual({ event: 'headscale.down', channels: ['console', '2'], min_severity: 'info' });
    expect(next.default.channels).toEqual(['*']);
    expect(ruleFor(withRule(rules, null, (rule) => ({ ...rule, min_severity: 'critical' })), 'x').min_severity).toBe('critical');
  });
});

describe('a badge', () => {
  it('is the number that its manifest names', () => {
    expect(badgeOf('counts', { pending: 3, registrations: 1 })).toBe(3);
    expect(badgeOf('counts#registrations', { pending: 3, registrations: 1 })).toBe(1);
    expect(badgeOf('counts', { pending: 'many' })).toBe(0);
  });
});
