import { t } from './messages';

export interface Child {
  name: string;
  state: string;
  pid: number;
  uptime_ms: number;
  restarts: number;
  last_exit: { cause: string; signal?: number; at: string } | null;
  reason: { class: string; message: string } | null;
}
export interface Status {
  supervisor: { pid?: number; version?: string; uptime_ms?: number; children: Child[] };
  headscale: { state: string; version: string; driver: string; demo: boolean; source: string; missing_fields: string[]; since: string };
  /** Of the public listener, where it has one. */
  certificate?: { days: number };
  edge: { connections: number; tunnels: number };
  tailnet: { nodes: number; online: number; users: number; revision: number; as_of: string; stale: boolean };
}

const KNOWN = ['stopped', 'preflight', 'starting', 'ready', 'backoff', 'crash_loop', 'failed', 'stopping', 'held'];

export function stateText(state: string): string {
  return KNOWN.includes(state) ? t(`state.${state}`) : state;
}

export function lamp(state: string): string {
  if (state === 'ready') return 'mh-lamp-on';
  if (state === 'crash_loop' || state === 'failed') return 'mh-lamp-bad';
  return state === 'stopped' || state === 'held' ? '' : 'mh-lamp-warn';
}
