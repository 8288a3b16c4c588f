/**
 * What the console hands to a plugin's page element, major 1. The shell sets the properties `host`, `route` and `principal` before the element is
 * attached and sets `route` again on every navigation inside the page. Elements come and go: stop what you started in `disconnectedCallback`.
 */

/** A failed request, from the console's `application/problem+json`. `message` is fit to be shown. */
export interface ApiError extends Error {
  /** 0 when no answer came. */
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly requestId: string;
  readonly retryable: boolean;
  readonly fields: readonly { path: string; reason: string }[];
}

/** Paths without a leading slash lie below the plugin's own base, `/admin/api/p/<plugin>/`; others are taken as they are. */
export interface Api {
  get<T = unknown>(path: string, options?: { signal?: AbortSignal }): Promise<T>;
  post<T = unknown>(path: string, body?: unknown): Promise<T>;
  put<T = unknown>(path: string, body?: unknown): Promise<T>;
  delete<T = unknown>(path: string): Promise<T>;
  /** The bytes of an answer that is a file: POST when there is a body, else GET. */
  download(path: string, body?: unknown): Promise<Blob>;
}

/** One stream per browser tab. `lagged` means: events were lost, read everything again. */
export interface Events {
  on<T = unknown>(type: string, listener: (data: T) => void): () => void;
}

export interface PageI18n {
  readonly locale: 'en' | 'zh-CN';
  register(messages: { en: Record<string, string>; 'zh-CN': Record<string, string> }): void;
  t(key: string, params?: Record<string, string | number>): string;
  subscribe(listener: () => void): () => void;
}

export interface Route {
  /** `/nodes` of the manifest. */
  readonly path: string;
  /** What follows it, split at slashes and decoded: `['12']` for `/nodes/12`. */
  readonly params: readonly string[];
  readonly query: Readonly<Record<string, string>>;
}

export interface Principal {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly roles: readonly string[];
  readonly permissions: readonly string[];
}

export interface Host {
  readonly api: Api;
  readonly events: Events;
  readonly i18n: PageI18n;
  /** `/admin/...` anywhere; `nodes/12` below the plugin's own pages; `?q=x` changes the query of this page only. */
  navigate(to: string, options?: { replace?: boolean }): void;
  /** The address of a page as an attribute for links, by the same rules. */
  href(to: string): string;
  toast(kind: 'ok' | 'info' | 'error', text: string, detail?: string): void;
  /** Whether the signed-in principal holds a permission; the server decides in the end. */
  can(permission: string): boolean;
}
