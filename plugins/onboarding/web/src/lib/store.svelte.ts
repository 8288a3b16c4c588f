/**
 * The live list of requests under one filter: read page by page, then kept true by events. A row that stops fitting the filter stays where it is until
 * the filter changes, so that what was just decided does not vanish under the hand.
 */
import type { Host } from '../../../../../sdk/web/host';
import { inFilter, listPath, matchesText, type FilterName } from './filter';
import type { Defaults, DeviceRequest, RequestList } from './types';

interface Change {
  upserted?: DeviceRequest[];
  removed?: string[];
}
/** A flood must not grow the page without end: beyond this the list asks to be read again. */
const MOST = 1000;

export class RequestStore {
  rows = $state.raw<readonly DeviceRequest[]>([]);
  total = $state(0);
  next = $state<string | null>(null);
  loaded = $state(false);
  defaults = $state.raw<Defaults | null>(null);
  failure = $state('');
  /** Ids that came by themselves since the list was read. */
  fresh = $state.raw<ReadonlySet<string>>(new Set());
  overflow = $state(false);
  /** A request that a link names: shown first, whatever the filter. */
  #wanted = '';
  #filter: FilterName = 'pending';
  #query = '';
  #turn = 0;
  #waiting: Change[] = [];
  #told = new Map<string, number>();
  #frame = 0;

  constructor(private readonly host: Host) {}

  start(): () => void {
    const offs = [this.host.events.on<Change>('onboarding.requests', (change) => this.#queue(change)), this.host.events.on('lagged', () => void this.read())];
    return () => {
      offs.forEach((off) => off());
      cancelAnimationFrame(this.#frame);
    };
  }

  show(filter: FilterName, query: string, wanted = ''): void {
    if (filter !== this.#filter || query !== this.#query || (wanted !== '' && wanted !== this.#wanted) || !this.loaded) {
      this.#wanted = wanted;
      this.#filter = filter;
      this.#query = query;
      void this.read();
    }
  }

  async read(): Promise<void> {
    this.#turn += 1;
    const turn = this.#turn;
    try {
      const list = await this.host.api.get<RequestList>(listPath(this.#filter, this.#query));
      const named = this.#wanted && !list.requests.some((row) => row.id === this.#wanted) ? await this.#one(this.#wanted) : null;
      if (turn !== this.#turn) return;
      this.#take(list, named ? [named] : []);
      this.fresh = new Set();
      this.overflow = false;
      this.failure = '';
      this.loaded = true;
    } catch (error) {
      if (turn === this.#turn) this.failure = error instanceof Error ? error.message : String(error);
    }
  }

  async more(): Promise<void> {
    if (!this.next) return;
    const turn = this.#turn;
    const list = await this.host.api.get<RequestList>(listPath(this.#filter, this.#query, this.next));
    if (turn === this.#turn) this.#take(list, this.rows);
  }

  get(id: string): DeviceRequest | undefined {
    return this.rows.find((row) => row.id === id);
  }

  /** How many events have told of a request; taken before a change is sent. */
  mark(id: string): number {
    return this.#told.get(id) ?? 0;
  }
  /** Puts the answer of a change in place at once, unless events have told of the request meanwhile: they are in order, and the last may be newer. */
  put(request: DeviceRequest, mark: number): void {
    if (this.mark(request.id) !== mark) return;
    this.rows = this.rows.map((row) => (row.id === request.id ? request : row));
  }
  drop(id: string): void {
    if (!this.get(id)) return;
    this.rows = this.rows.filter((row) => row.id !== id);
    this.total = Math.max(0, this.total - 1);
  }

  /** Null when it is gone: the list is shown without it. */
  async #one(id: string): Promise<DeviceRequest | null> {
    try {
      return (await this.host.api.get<{ request: DeviceRequest }>(`requests/${encodeURIComponent(id)}`)).request;
    } catch {
      return null;
    }
  }

  #take(list: RequestList, before: readonly DeviceRequest[]): void {
    const known = new Set(before.map((row) => row.id));
    this.rows = [...before, ...list.requests.filter((row) => !known.has(row.id))];
    this.total = list.total;
    this.next = list.next || null;
    this.defaults = list.defaults ?? this.defaults;
  }

  #queue(change: Change): void {
    this.#waiting.push(change);
    for (const row of change.upserted ?? []) this.#told.set(row.id, this.mark(row.id) + 1);
    if (this.#frame) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      const changes = this.#waiting;
      this.#waiting = [];
      if (this.loaded) this.#apply(changes);
    });
  }

  #apply(changes: readonly Change[]): void {
    const upserted = new Map<string, DeviceRequest>();
    const removed = new Set<string>();
    for (const change of changes) {
      for (const row of change.upserted ?? []) (upserted.set(row.id, row), removed.delete(row.id));
      for (const id of change.removed ?? []) (removed.add(id), upserted.delete(id));
    }
    const kept = this.rows.filter((row) => !removed.has(row.id));
    const gone = this.rows.length - kept.length;
    const rows = kept.map((row) => {
      const newer = upserted.get(row.id);
      upserted.delete(row.id);
      return newer ?? row;
    });
    const added = [...upserted.values()].filter((row) => inFilter(row, this.#filter) && matchesText(row, this.#query)).sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
    const room = Math.max(0, MOST - rows.length);
    if (added.length > room) this.overflow = true;
    this.total += added.length - gone;
    if (added.length > 0) this.fresh = new Set([...this.fresh, ...added.slice(0, room).map((row) => row.id)]);
    this.rows = [...added.slice(0, room), ...rows];
  }
}
