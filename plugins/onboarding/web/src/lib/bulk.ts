/** Many requests in calls that each stay within what the server takes at once. */
import type { Host } from '../../../../../sdk/web/host';
import { listPath, type FilterName } from './filter';
import type { BulkResult, Options, RequestList } from './types';

/** Requests that one call decides, and that one call lists. */
export const BULK_MOST = 500;
/** Keys in one ZIP: an answer has at most 16 MiB. */
export const ZIP_MOST = 250;

export interface BulkCall {
  action: 'approve' | 'reject';
  options: Options | { reason: string };
  preview: boolean;
}

export function chunks<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, index) => list.slice(index * size, (index + 1) * size));
}

/** The ids of all that match now, page by page. */
export async function matchingIds(host: Host, filter: FilterName, query: string): Promise<string[]> {
  const found = new Set<string>();
  let after = '';
  do {
    const list = await host.api.get<RequestList>(listPath(filter, query, after, BULK_MOST));
    for (const request of list.requests) found.add(request.id);
    after = list.next && list.next !== after ? list.next : '';
  } while (after);
  return [...found];
}

/** When a call fails, what came before it has happened: the rest are results of their own that say why. The first call's failure is thrown. */
export async function sendBulk(host: Host, ids: readonly string[], call: BulkCall, ontold: (done: number) => void): Promise<BulkResult[]> {
  const results: BulkResult[] = [];
  for (const part of chunks(ids, BULK_MOST)) {
    try {
      results.push(...(await host.api.post<{ results: BulkResult[] }>('requests/bulk', { ids: part, ...call })).results);
    } catch (error) {
      if (results.length === 0) throw error;
      const message = error instanceof Error ? error.message : String(error);
      return [...results, ...ids.slice(results.length).map((id) => ({ id, ok: false, error: message }))];
    }
    ontold(results.length);
  }
  return results;
}
