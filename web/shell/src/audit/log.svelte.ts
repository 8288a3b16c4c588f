/** The records on the page: the newest first, older ones as one scrolls, new ones as they are written. */
import type { Api } from '../../../../sdk/web/host';
import { parametersOf, type Filter } from './query';
import type { AuditRecord } from './types';

interface Page {
  records: AuditRecord[];
  next: string | null;
}
const LIMIT = 60;

export class AuditLog {
  records = $state.raw<readonly AuditRecord[] | null>(null);
  next = $state<string | null>(null);
  failure = $state('');
  busy = $state(false);
  #filter: Filter = {};
  #turn = 0;
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  async read(filter: Filter): Promise<void> {
    this.#filter = filter;
    const turn = ++this.#turn;
    await this.#attempt(turn, async () => {
      const page = await this.#page('');
      if (turn !== this.#turn) return;
      this.records = page.records;
      this.next = page.next;
    });
  }

  /** The next older page. A long search may bring none and still go on. */
  async more(): Promise<void> {
    const cursor = this.next;
    if (!cursor || this.busy) return;
    const turn = this.#turn;
    await this.#attempt(turn, async () => {
      const page = await this.#page(cursor);
      if (turn !== this.#turn) return;
      this.records = [...(this.records ?? []), ...page.records];
      this.next = page.next;
    });
  }

  /** Something was written: whatever is newer than the newest shown comes on top. */
  async fresh(): Promise<void> {
    if (!this.records || this.busy) return;
    const turn = this.#turn;
    try {
      const page = await this.#page('');
      if (turn !== this.#turn || !this.records) return;
      const newest = BigInt(this.records[0]?.id ?? 0);
      const found = page.records.filter((record) => BigInt(record.id) > newest);
      // An intent that was closed is replaced by its outcome.
      const known = new Set(page.records.map((record) => record.id));
      const oldest = BigInt(page.records.at(-1)?.id ?? 0);
      const kept = this.records.filter((record) => BigInt(record.id) < oldest || known.has(record.id));
      if (found.length === page.records.length && page.next) {
        this.records = page.records;
        this.next = page.next;
      } else {
        this.records = [...found, ...kept];
      }
      this.failure = '';
    } catch (error) {
      this.failure = error instanceof Error ? error.message : String(error);
    }
  }

  async #attempt(turn: number, body: () => Promise<void>): Promise<void> {
    this.busy = true;
    try {
      await body();
      if (turn === this.#turn) this.failure = '';
    } catch (error) {
      if (turn === this.#turn) this.failure = error instanceof Error ? error.message : String(error);
    } finally {
      if (turn === this.#turn) this.busy = false;
    }
  }

  #page(cursor: string): Promise<Page> {
    return this.#api.get<Page>(`audit?${parametersOf(this.#filter, { limit: String(LIMIT), cursor })}`);
  }
}
