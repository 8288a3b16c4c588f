/** Which requests a list shows. The server filters what it sends; events are held against the same rules here. */
import type { DeviceRequest, RequestState } from './types';

export const FILTERS = ['pending', 'approved', 'joined', 'rejected', 'withdrawn', 'expired', 'all'] as const;
export type FilterName = (typeof FILTERS)[number];

/** An approved request goes through several states until its device is in. */
const GROUPS: Record<FilterName, readonly RequestState[]> = {
  pending: ['pending'],
  approved: ['approving', 'key-pending', 'approved', 'claimed'],
  joined: ['joined'],
  rejected: ['rejected'],
  withdrawn: ['withdrawn'],
  expired: ['expired'],
  all: [],
};

export function filterName(value: string | undefined): FilterName {
  return (FILTERS as readonly string[]).includes(value ?? '') ? (value as FilterName) : 'pending';
}

export function inFilter(request: DeviceRequest, filter: FilterName): boolean {
  return GROUPS[filter].length === 0 || GROUPS[filter].includes(request.state);
}

export function matchesText(request: DeviceRequest, query: string): boolean {
  const wanted = query.trim().toLowerCase();
  if (wanted === '') return true;
  const texts = [request.words, request.device, request.person, request.contact, request.message, request.client, request.platform, request.owner?.name ?? '', request.node?.givenName ?? '', ...Object.values(request.fields)];
  return request.id === wanted || texts.some((text) => text.toLowerCase().includes(wanted));
}

export function withQuery(query: Readonly<Record<string, string>>, changes: Record<string, string>): string {
  const next = new URLSearchParams(Object.entries({ ...query, ...changes }).filter(([, value]) => value !== ''));
  return `?${next.toString()}`;
}

export function listPath(filter: FilterName, query: string, after = '', limit = 50): string {
  const params = new URLSearchParams();
  if (filter !== 'all') params.set('state', filter);
  if (query) params.set('q', query);
  if (after) params.set('after', after);
  params.set('limit', String(limit));
  return `requests?${params.toString()}`;
}
