/** Requests to the console. Every failure becomes an `ApiFailure` whose message can be shown; a 401 also ends the session on this page. */
import type { Api, ApiError } from '../../../../sdk/web/host';

export const CORE = '/admin/api/v1/';

interface Problem {
  title?: string;
  detail?: string;
  code?: string;
  request_id?: string;
  retryable?: boolean;
  fields?: { path: string; reason: string }[];
}

export class ApiFailure extends Error implements ApiError {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly requestId: string;
  readonly retryable: boolean;
  readonly fields: readonly { path: string; reason: string }[];
  readonly retryAfter: number;

  constructor(status: number, problem: Problem, fallback: string, retryAfter = 0) {
    super(problem.detail || problem.title || fallback);
    this.name = 'ApiFailure';
    this.status = status;
    this.code = problem.code ?? '';
    this.detail = problem.detail ?? '';
    this.requestId = problem.request_id ?? '';
    this.retryable = problem.retryable ?? status === 0;
    this.fields = problem.fields ?? [];
    this.retryAfter = retryAfter;
  }
}

export interface ApiContext {
  csrf: () => string;
  onUnauthorized: () => void;
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

export function createApi(base: string, context: ApiContext): Api {
  async function answer(method: string, path: string, accept: string, body?: unknown, signal?: AbortSignal): Promise<Response> {
    const headers: Record<string, string> = { Accept: accept };
    if (method !== 'GET') headers['X-Masthead-CSRF'] = context.csrf();
    const init: RequestInit = { method, headers, credentials: 'same-origin', cache: 'no-store' };
    if (signal) init.signal = signal;
    if (body !== undefined) {
      headers['Content-Type'] = 'application/json';
      init.body = JSON.stringify(body);
    }
    let response: Response;
    try {
      response = await fetch(resolvePath(base, path), init);
    } catch (error) {
      if (signal?.aborted) throw error;
      throw new ApiFailure(0, {}, context.unreachable());
    }
    if (!response.ok) {
      const problem = await readProblem(response);
      if (response.status === 401) context.onUnauthorized();
      throw new ApiFailure(response.status, problem, context.failed(response.status), Number(response.headers.get('retry-after')) || 0);
    }
    return response;
  }
  async function send<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
    const text = await (await answer(method, path, 'application/json', body, signal)).text();
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }
  return {
    get: (path, options) => send('GET', path, undefined, options?.signal),
    post: (path, body) => send('POST', path, body ?? {}),
    put: (path, body) => send('PUT', path, body ?? {}),
    delete: (path) => send('DELETE', path),
    download: async (path, body) => (await answer(body === undefined ? 'GET' : 'POST', path, '*/*', body)).blob(),
  };
}
