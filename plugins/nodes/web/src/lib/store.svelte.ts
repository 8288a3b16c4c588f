/** The live list of nodes: read once, then kept true by events. A revision that jumps, or `lagged`, reads everything again. */
import type { Host } from '../../../../../sdk/web/host';
import type { NodeList, Node_ } from './types';

interface Change {
  revision: number;
  upserted?: Node_[];
  removed?: string[];
}

export class NodeStore {
  nodes = $state.raw<readonly Node_[]>([]);
  loaded = $state(false);
  stale = $state(false);
  asOf = $state('');
  failure = $state('');
  #byId = new Map<string, Node_>();
  #revision = 0;
  #reading = false;
  #again = false;
  #frame = 0;
  #offs: (() => void)[] = [];

  constructor(private readonly host: Host) {}

  start(): () => void {
    this.#offs = [
      this.host.events.on<Change>('tailnet.nodes', (change) => this.#apply(change)),
      this.host.events.on('lagged', () => void this.read()),
      this.host.events.on('headscale.state', () => void this.read()),
    ];
    void this.read();
    return () => {
      this.#offs.forEach((off) => off());
      cancelAnimationFrame(this.#frame);
    };
  }

  async read(): Promise<void> {
    if (this.#reading) {
      this.#again = true;
      return;
    }
    this.#reading = true;
    try {
      const list = await this.host.api.get<NodeList>('nodes');
      // Objects that did not change stay the same objects, so that their rows are not drawn again.
      const next = new Map<string, Node_>();
      for (const node of list.nodes) {
        const old = this.#byId.get(node.id);
        next.set(node.id, old && JSON.stringify(old) === JSON.stringify(node) ? old : node);
      }
      this.#byId = next;
      this.#revision = list.revision;
      this.stale = list.stale;
      this.asOf = list.asOf;
      this.failure = '';
      this.nodes = [...next.values()];
      this.loaded = true;
    } catch (error) {
      this.failure = error instanceof Error ? error.message : String(error);
    } finally {
      this.#reading = false;
      if (this.#again) {
        this.#again = false;
        void this.read();
      }
    }
  }

  /** Puts the answer of a change in place at once; the event that follows says the same. */
  put(node: Node_ | undefined): void {
    if (!node) return void this.read();
    this.#byId.set(node.id, node);
    this.nodes = [...this.#byId.values()];
  }

  drop(id: string): void {
    this.#byId.delete(id);
    this.nodes = [...this.#byId.values()];
  }

  get(id: string): Node_ | undefined {
    return this.#byId.get(id);
  }
  /** The same nodes by id, as of the last change. */
  get byId(): ReadonlyMap<string, Node_> {
    return this.#byId;
  }

  #apply(change: Change): void {
    if (this.#reading) this.#again = true;
    if (!this.loaded || change.revision <= this.#revision) return;
    if (change.revision > this.#revision + 1) void this.read();
    this.#revision = change.revision;
    for (const id of change.removed ?? []) this.#byId.delete(id);
    for (const node of change.upserted ?? []) this.#byId.set(node.id, node);
    this.#publish();
  }

  #publish(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => {
      this.nodes = [...this.#byId.values()];
    });
  }
}
