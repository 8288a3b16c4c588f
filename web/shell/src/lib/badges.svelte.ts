/**
 * Counts beside entries of the navigation. A page of a manifest with `"badge": "counts"` has one: the number `pending` of what that route of its plugin
 * answers, or the one named behind `#`. Read once and after gaps; then the plugin's event `<plugin>.counts` carries the same object.
 */
import type { Events } from '../../../../sdk/web/host';
import type { ShellPage } from './router';

type Counts = Record<string, unknown>;
interface Source {
  plugin: string;
  route: string;
  off: () => void;
}

export function badgeOf(badge: string, counts: Counts): number {
  const value = counts[badge.split('#')[1] || 'pending'];
  return typeof value === 'number' && value > 0 ? Math.floor(value) : 0;
}

export class Badges {
  #counts = $state.raw<Readonly<Record<string, Counts>>>({});
  #pages = $state.raw<readonly ShellPage[]>([]);
  #sources = new Map<string, Source>();

  constructor(
    private readonly events: Events,
    private readonly read: (plugin: string, route: string) => Promise<unknown>,
  ) {
    events.on('lagged', () => this.#readAll());
  }

  /** What all entries together have, for the title of the tab. */
  get total(): number {
    return this.#pages.reduce((sum, page) => sum + this.of(page), 0);
  }

  of(page: Pick<ShellPage, 'plugin' | 'badge'>): number {
    return page.badge ? badgeOf(page.badge, this.#counts[page.plugin] ?? {}) : 0;
  }

  follow(pages: readonly ShellPage[]): void {
    this.#pages = pages.filter((page) => page.badge);
    const wanted = new Map(this.#pages.map((page) => [page.plugin, page.badge!.split('#')[0]!]));
    for (const [plugin, source] of this.#sources) {
      if (wanted.has(plugin)) continue;
      source.off();
      this.#sources.delete(plugin);
      this.#put(plugin, {});
    }
    for (const [plugin, route] of wanted) {
      if (this.#sources.has(plugin)) continue;
      this.#sources.set(plugin, { plugin, route, off: this.events.on<Counts>(`${plugin}.counts`, (counts) => this.#put(plugin, counts)) });
      void this.#readOne(plugin, route);
    }
  }

  #readAll(): void {
    for (const { plugin, route } of this.#sources.values()) void this.#readOne(plugin, route);
  }
  async #readOne(plugin: string, route: string): Promise<void> {
    try {
      this.#put(plugin, ((await this.read(plugin, route)) ?? {}) as Counts);
    } catch {
      // No count is no harm: the page itself says what is wrong.
    }
  }
  #put(plugin: string, counts: Counts): void {
    this.#counts = { ...this.#counts, [plugin]: counts };
  }
}
