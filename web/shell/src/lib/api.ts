/**
 * Requests to the console. Every failure becomes an `ApiFailure` whose message can be shown; a 401 also ends the session on this page. A call that the
 * console wants confirmed (`step_up_required`) asks the person and is then sent again by itself, and so is one whose CSRF token has been renewed meanwhile.
 */
import type { Api, ApiError } from '../../../../sdk/web/host';

export const CORE = '/admin/api/v1/';

interface Problem {
  title?: string;
  detail?: string;
  code?: string;
  request_id?: string;
  retryable?: boolean;
  fields?: { path: string; reason: string }[];
  /** With `step_up_required`: the ways this account can confirm. */
  methods?: string[];
}

export class ApiFailure extends Error implements ApiError {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly requestId: string;
  readonly retryable: boolean;
  readonly fields: readonly { path: string; reason: string }[];
  readonly retryAfter: number;
  /** The current tag of an object that somebody else has changed meanwhile. */
  readonly etag: string;

  constructor(status: number, problem: Problem, fallback: string, retryAfter = 0, etag = '') {
    super(problem.detail || problem.title || fallback);
    this.name = 'ApiFailure';
    this.status = status;
    this.code = problem.code ?? '';
    this.detail = problem.detail ?? '';
    this.requestId = problem.request_id ?? '';
    this.retryable = problem.retryable ?? status === 0;
    this.fields = problem.fields ?? [];
    this.retryAfter = retryAfter;
    this.etag = etag;
  }
}

export interface ApiContext {
  csrf: () => string;
  onUnauthorized: (code: string) => void;
  /** The session may only set up a second factor. */
  onEnrolRequired?: () => void;
  /** Asks the person to confirm; false when they would not. */
  stepUp?: (methods: readonly string[]) => Promise<boolean>;
  declined?: () => string;
  /** Reads the session's CSRF token anew; false when there is no session any more. */
  renew?: () => Promise<boolean>;
  unreachable: () => string;
  failed: (status: number) => string;
}

async function readProblem(response: Response): Promise<Problem> {
  if (!/json/.test(response.headers.get('content-type') ?? '')) return {};
  try {
    return (await response.json()) as Problem;
  } catch {
    return {};
  }
}

export function resolvePath(base: string, path: string): string {
  return path.startsWith('/') ? path : base + path;
}

export interface CallOptions {
  body?: unknown;
  signal?: AbortSignal;
  /** The revision that was read, for objects that several people edit. */
  revision?: string | number | null;
  /** The answer of a person to a question: wrong, it is no end of the session and nothing to confirm. */
  credentials?: boolean;
}

export interface ShellApi extends Api {
  patch<T = unknown>(path: string, body?: unknown): Promise<T>;
  call<T = unknown>(method: string, path: string, options?: CallOptions): Promise<T>;
}

export function createApi(base: string, context: ApiContext): ShellApi {
  async function once(method: string, path: string, accept: string, options: CallOptions): Promise<Response> {
    const headers: Record<string, string> = { Accept: accept };
    if (method !== 'GET') headers['X-Masthead-CSRF'] = context.csrf();
    if (options.revision !== undefined && options.revision !== null) headers['If-Match'] = `"${options.revision}"`;
    const init: RequestInit = { method, headers, credentials: 'same-origin', cache: 'no-store' };
    if (options.signal) init.signal = options.signal;
    if (options.body !== undefined) {
      headers['Content-Type'] = 'application/json';
      init.body = JSON.stringify(options.body);
    }
    try {
      return await fetch(resolvePath(base, path), init);
    } catch (error) {
      if (options.signal?.aborted) throw error;
      throw new ApiFailure(0, {}, context.unreachable());
    }
  }
  async function answer(method: string, path: string, accept: string, options: CallOptions): Promise<Response> {
    let renewed = false;
    let confirmed = 0;
    for (;;) {
      const response = await once(method, path, accept, options);
      if (response.ok) return response;
      const problem = await readProblem(response);
      if (problem.code === 'csrf' && !renewed && context.renew) {
        renewed = true;
        if (await context.renew()) continue;
      }
      // Twice: what was confirmed may have become stale while the call waited.
      if (problem.code === 'step_up_required' && !options.credentials && confirmed < 2 && context.stepUp) {
        confirmed += 1;
        if (await context.stepUp(problem.methods ?? [])) continue;
        throw new ApiFailure(403, { ...problem, detail: context.declined?.() ?? '' }, context.failed(403));
      }
      if (response.status === 401 && !options.credentials) context.onUnauthorized(problem.code ?? '');
      if (problem.code === 'enrol_required') context.onEnrolRequired?.();
      throw new ApiFailure(response.status, problem, context.failed(response.status), Number(response.headers.get('retry-after')) || 0, response.headers.get('etag') ?? '');
    }
  }
  async function send<T>(method: string, path: string, options: CallOptions = {}): Promise<T> {
    const text = await (await answer(method, path, 'application/json', options)).text();
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }
  return {
    get: (path, options) => send('GET', path, options ?? {}),
    post: (path, body) => send('POST', path, { body: body ?? {} }),
    put: (path, body) => send('PUT', path, { body: body ?? {} }),
    patch: (path, body) => send('PATCH', path, { body: body ?? {} }),
    delete: (path) => send('DELETE', path),
    call: send,
    download: async (path, body) => (await answer(body === undefined ? 'GET' : 'POST', path, '*/*', { body })).blob(),
  };
}
