/**
 * One action on many nodes: first a plan that says for each node what would become of it, or why it is left out; then the calls, a few at a time, with
 * one result per node; then, where headscale allows it, the way back. Plans are plain data; only `run` talks.
 */
import { isExpired, nameProblem, offersExit, ownerLabel, realDate, waitingRoutes } from './node';
import type { Node_ } from './types';

export type Action = 'rename' | 'tags' | 'expire' | 'approve' | 'delete';
export interface Call {
  path: string;
  method: 'post' | 'delete';
  body?: unknown;
}
export interface Step {
  node: Node_;
  before: string;
  after: string;
  /** Why nothing is done for this node: a key of the texts. */
  skip?: string;
  call?: Call;
  undo?: Call;
}
export type Outcome = { state: 'waiting' | 'running' | 'done' } | { state: 'failed'; reason: string };

/** A label of the domain name system made of any text. */
export function toLabel(text: string): string {
  return text.normalize('NFKD').replace(/\p{Mn}/gu, '').toLowerCase().replace(/[^a-z0-9]+/g, '-').slice(0, 63).replace(/^-+|-+$/g, '');
}

export function renamed(pattern: string, node: Node_, index: number): string {
  const values: Record<string, string> = { name: node.givenName, host: node.name, user: node.user && node.tags.length === 0 ? node.user.name.split('@')[0]! : '', tag: (node.tags[0] ?? '').replace(/^tag:/, ''), id: node.id, n: String(index + 1) };
  return toLabel(pattern.replace(/\{(\w+)\}/g, (whole, key: string) => values[key] ?? whole));
}

export function planRename(nodes: readonly Node_[], pattern: string, all: readonly Node_[]): Step[] {
  const selected = new Set(nodes.map((node) => node.id));
  const taken = new Set(all.filter((node) => !selected.has(node.id)).map((node) => node.givenName));
  return nodes.map((node, index) => {
    const after = renamed(pattern, node, index);
    const step: Step = { node, before: node.givenName, after };
    const problem = nameProblem(after);
    if (problem) step.skip = 'invalid';
    else if (after === node.givenName) step.skip = 'same';
    else if (taken.has(after)) step.skip = 'taken';
    taken.add(after);
    if (!step.skip) {
      step.call = { method: 'post', path: `nodes/${node.id}/rename`, body: { name: after } };
      step.undo = { method: 'post', path: `nodes/${node.id}/rename`, body: { name: node.givenName } };
    }
    return step;
  });
}

export function planTags(nodes: readonly Node_[], add: readonly string[], remove: readonly string[]): Step[] {
  return nodes.map((node) => {
    const tags = [...new Set([...node.tags.filter((tag) => !remove.includes(tag)), ...add])];
    const step: Step = { node, before: node.tags.join(' ') || ownerLabel(node), after: tags.join(' ') };
    if (tags.length === 0) step.skip = node.tags.length > 0 ? 'last' : 'same';
    else if (tags.length === node.tags.length && tags.every((tag) => node.tags.includes(tag))) step.skip = 'same';
    else {
      step.call = { method: 'post', path: `nodes/${node.id}/tags`, body: { tags } };
      // A device that belonged to a person cannot be given back.
      if (node.tags.length > 0) step.undo = { method: 'post', path: `nodes/${node.id}/tags`, body: { tags: node.tags } };
    }
    return step;
  });
}

/** `at`: a time, null for now, `never`. */
export function planExpire(nodes: readonly Node_[], at: string | null, now: number = Date.now()): Step[] {
  return nodes.map((node) => {
    const before = realDate(node.expiry) ?? '';
    const step: Step = { node, before, after: at === 'never' ? '' : (at ?? new Date(now).toISOString()) };
    if (at === 'never' && before === '') step.skip = 'same';
    else if (at === null && isExpired(node, now)) step.skip = 'expired';
    else {
      step.call = { method: 'post', path: `nodes/${node.id}/expire`, body: at === 'never' ? { never: true } : { expiry: at } };
      // A moment that has passed would expire it again; a device that was signed out stays so until it signs in.
      if (at !== null && (before === '' || Date.parse(before) > now)) step.undo = { method: 'post', path: `nodes/${node.id}/expire`, body: before === '' ? { never: true } : { expiry: before } };
    }
    return step;
  });
}

export function planApprove(nodes: readonly Node_[]): Step[] {
  return nodes.map((node) => {
    const waiting = waitingRoutes(node);
    const routes = [...new Set([...node.approvedRoutes, ...waiting])];
    const step: Step = { node, before: node.approvedRoutes.join(' '), after: routes.join(' ') };
    if (waiting.length === 0) step.skip = offersExit(node) || node.availableRoutes.length > 0 ? 'approved' : 'noroutes';
    else {
      step.call = { method: 'post', path: `nodes/${node.id}/routes`, body: { routes } };
      step.undo = { method: 'post', path: `nodes/${node.id}/routes`, body: { routes: node.approvedRoutes } };
    }
    return step;
  });
}

export function planDelete(nodes: readonly Node_[]): Step[] {
  return nodes.map((node) => ({ node, before: node.ipAddresses[0] ?? '', after: '', call: { method: 'delete', path: `nodes/${node.id}` } }));
}

const AT_ONCE = 4;

/** Makes the calls; a failure is noted for its node and harms no other. Ends early when `stopped` says so, leaving the rest waiting. */
export async function run(steps: readonly { node: Node_; call?: Call }[], send: (call: Call) => Promise<unknown>, note: (id: string, outcome: Outcome) => void, stopped: () => boolean = () => false): Promise<void> {
  const queue = steps.filter((step) => step.call);
  let next = 0;
  const work = async () => {
    while (next < queue.length && !stopped()) {
      const step = queue[next]!;
      next += 1;
      note(step.node.id, { state: 'running' });
      try {
        await send(step.call!);
        note(step.node.id, { state: 'done' });
      } catch (error) {
        note(step.node.id, { state: 'failed', reason: error instanceof Error ? error.message : String(error) });
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, queue.length) }, work));
}
