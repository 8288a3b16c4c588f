/** The choices of an approval, and what of them is sent: only what differs from the settings, so that one tap means "as configured". */
import { NO_OWNER, ownerOptions, type Owner } from './owner';
import type { Defaults, Options } from './types';

export interface Grant {
  owner: Owner;
  tagText: string;
  /** `24h`; empty: as the settings say. */
  expiry: string;
  reusable: boolean;
  ephemeral: boolean;
  nodeName: string;
}

export function newGrant(defaults: Defaults | null, owner: Owner = NO_OWNER): Grant {
  return { owner, tagText: (defaults?.tags ?? []).join(' '), expiry: defaults?.expiry ?? '', reusable: defaults?.reusable ?? false, ephemeral: defaults?.ephemeral ?? false, nodeName: '' };
}

/** `web db` typed by hand becomes `['tag:web', 'tag:db']`, without doubles. */
export function parseTags(text: string): string[] {
  return [...new Set(text.split(/[\s,]+/).filter(Boolean).map((tag) => (tag.startsWith('tag:') ? tag : `tag:${tag}`)))];
}

export function tagProblem(tag: string): 'characters' | null {
  return /^tag:[a-z][a-z0-9-]*$/i.test(tag) ? null : 'characters';
}

export function grantReady(grant: Grant, many = false): boolean {
  const tags = parseTags(grant.tagText);
  return tags.every((tag) => tagProblem(tag) === null) && (many || grant.owner.kind !== 'none' || tags.length > 0);
}

export function grantOptions(grant: Grant, defaults: Defaults | null): Options {
  const options: Options = ownerOptions(grant.owner);
  const tags = parseTags(grant.tagText);
  const same = (a: readonly string[], b: readonly string[]) => a.length === b.length && a.every((value, i) => value === b[i]);
  if (grant.owner.kind === 'none' && tags.length > 0) options.user = null;
  if (!same(tags, defaults?.tags ?? [])) options.tags = tags;
  if (grant.expiry && grant.expiry !== defaults?.expiry) options.expiry = grant.expiry;
  if (grant.reusable !== (defaults?.reusable ?? false)) options.reusable = grant.reusable;
  if (grant.ephemeral !== (defaults?.ephemeral ?? false)) options.ephemeral = grant.ephemeral;
  if (grant.nodeName.trim()) options.nodeName = grant.nodeName.trim();
  return options;
}
