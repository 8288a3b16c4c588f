/** Shapes of /admin/api/v1/notify, and what the form of a channel is made of. */
export type Kind = 'console' | 'mail' | 'webhook' | 'ntfy' | 'slack' | 'matrix';
export const KINDS: readonly Exclude<Kind, 'console'>[] = ['mail', 'webhook', 'ntfy', 'slack', 'matrix'];

export interface Channel {
  id: string;
  kind: Kind;
  name: string;
  enabled: boolean;
  builtin: boolean;
  settings?: Record<string, unknown>;
  /** Which secrets are set; the secrets themselves are never given back. */
  secrets?: Record<string, boolean>;
  target?: string | null;
  waiting?: number;
  last?: { state: string; at: string | null; error: string | null } | null;
}
export interface NotifyEvent {
  type: string;
  description: string;
  owner: string;
}
export interface Rule {
  event?: string;
  channels: string[];
  min_severity: string;
}
export interface Rules {
  rules: Rule[];
  default: Rule;
  quiet_hours: { enabled: boolean; from: string; to: string; utc_offset: string };
  digest: { enabled: boolean; more_than: number; within_minutes: number };
}
export interface Delivery {
  id: string;
  channel: { id: string; name?: string; kind?: string };
  event: string;
  title: string;
  severity: string;
  state: string;
  attempts: number;
  created_at: string;
  done_at: string | null;
  error: string | null;
}

export const KIND_ICON: Record<Kind, string> = { console: 'bell', mail: 'mail', webhook: 'webhook', ntfy: 'send', slack: 'message-square', matrix: 'message-square' };
export const SECRETS: Record<Exclude<Kind, 'console'>, readonly string[]> = { mail: ['password'], webhook: ['secret', 'token'], ntfy: ['token'], slack: ['url'], matrix: ['url'] };

/** Where a channel leads, in one line. */
export function channelTarget(channel: Channel): string {
  const settings = channel.settings ?? {};
  const text = (name: string) => String(settings[name] ?? '');
  switch (channel.kind) {
    case 'mail': return Array.isArray(settings.to) ? settings.to.join(', ') : '';
    case 'webhook': return text('url');
    case 'ntfy': return `${text('server').replace(/\/$/, '')}/${text('topic')}`;
    default: return channel.target ?? '';
  }
}

/** The rule in force: the exact event, else the longest `prefix.*`, else the default. */
export function ruleFor(rules: Rules, event: string): Rule {
  const exact = rules.rules.find((rule) => rule.event === event);
  if (exact) return exact;
  const wide = rules.rules.filter((rule) => rule.event?.endsWith('.*') && event.startsWith(rule.event.slice(0, -1))).sort((a, b) => b.event!.length - a.event!.length);
  return wide[0] ?? rules.default;
}

/** The event's own rule changed by `change`; made from the one in force when it has none yet. */
export function withRule(rules: Rules, event: string | null, change: (rule: Rule) => Rule): Rules {
  if (event === null) return { ...rules, default: change(rules.default) };
  const own = rules.rules.find((rule) => rule.event === event);
  if (own) return { ...rules, rules: rules.rules.map((rule) => (rule === own ? change(rule) : rule)) };
  return { ...rules, rules: [...rules.rules, change({ ...ruleFor(rules, event), event })] };
}

export function toggleChannel(rule: Rule, id: string, on: boolean, all: readonly string[]): Rule {
  const now = rule.channels.includes('*') ? [...all] : rule.channels;
  const next = on ? [...new Set([...now, id])] : now.filter((other) => other !== id);
  // All of them stays "all", so that a channel that is added later is among them.
  return { ...rule, channels: on && rule.channels.includes('*') ? ['*'] : next };
}
