/**
 * The one event stream of the tab. After a gap (connection lost, tab asleep, stream refused) listeners of `lagged` are told to read everything again;
 * while no stream can be had they are told so every ten seconds, so that pages stay true without it.
 */
export type StreamState = 'connecting' | 'live' | 'lost';

const POLL_MS = 10_000;
const RETRY_MS = [1_000, 2_000, 4_000, 8_000, 15_000];

export class EventHub {
  #listeners = new Map<string, Set<(data: never) => void>>();
  #source: EventSource | null = null;
  #types = new Set<string>();
  #attempt = 0;
  #timer = 0;
  #poll = 0;
  #stopped = true;
  #hadConnection = false;

  constructor(
    private readonly url: string,
    private readonly onState: (state: StreamState) => void,
  ) {}

  on<T>(type: string, listener: (data: T) => void): () => void {
    const set = this.#listeners.get(type) ?? new Set();
    this.#listeners.set(type, set);
    set.add(listener as (data: never) => void);
    this.#follow(type);
    return () => set.delete(listener as (data: never) => void);
  }

  start(): void {
    if (!this.#stopped) return;
    this.#stopped = false;
    this.#connect();
  }

  stop(): void {
    this.#stopped = true;
    this.#source?.close();
    this.#source = null;
    clearTimeout(this.#timer);
    clearInterval(this.#poll);
    this.#hadConnection = false;
  }

  #connect(): void {
    this.#types.clear();
    const source = new EventSource(this.url);
    this.#source = source;
    source.onopen = () => {
      this.#attempt = 0;
      clearInterval(this.#poll);
      this.onState('live');
      if (this.#hadConnection) this.#emit('lagged', {});
      this.#hadConnection = true;
    };
    source.onerror = () => this.#lost();
    for (const type of this.#listeners.keys()) this.#follow(type);
  }

  #lost(): void {
    this.#source?.close();
    this.#source = null;
    if (this.#stopped) return;
    this.#hadConnection = true;
    this.onState('lost');
    clearInterval(this.#poll);
    this.#poll = window.setInterval(() => this.#emit('lagged', {}), POLL_MS);
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.#connect(), RETRY_MS[Math.min(this.#attempt, RETRY_MS.length - 1)]);
    this.#attempt += 1;
  }

  #follow(type: string): void {
    if (!this.#source || this.#types.has(type)) return;
    this.#types.add(type);
    this.#source.addEventListener(type, (event) => {
      let data: unknown = {};
      try {
        data = JSON.parse((event as MessageEvent<string>).data);
      } catch {
        data = {};
      }
      this.#emit(type, data);
    });
  }

  #emit(type: string, data: unknown): void {
    for (const listener of [...(this.#listeners.get(type) ?? [])]) {
      try {
        (listener as (data: unknown) => void)(data);
      } catch (error) {
        console.error(`listener of ${type} failed`, error);
      }
    }
  }
}
