/** The routes of the whole tailnet: who announces each, who carries it, what overlaps. Plain functions over plain data. */
import { compareNets, contains, parseNet } from './net';
import { EXIT_ROUTES, isExit, offersExit } from './node';
import type { Node_ } from './types';

export interface Server {
  node: Node_;
  announced: boolean;
  approved: boolean;
  /** headscale lets it carry the route now: of several, the primary one. */
  primary: boolean;
}
export interface Route {
  prefix: string;
  servers: Server[];
  /** Wider routes around it; traffic takes the narrower one. */
  inside: string[];
  state: 'serving' | 'waiting' | 'down' | 'ahead';
}

/** The state of the whole: it works, it could but waits, nobody who may carries it, or it was approved before anybody announced it. */
function stateOf(servers: readonly Server[]): Route['state'] {
  if (servers.some((server) => server.primary && server.node.online)) return 'serving';
  if (servers.some((server) => server.announced && !server.approved) && !servers.some((server) => server.announced && server.approved)) return 'waiting';
  return servers.some((server) => server.announced) ? 'down' : 'ahead';
}

export function routesOf(nodes: readonly Node_[]): Route[] {
  const byPrefix = new Map<string, Server[]>();
  for (const node of nodes) {
    for (const prefix of new Set([...node.availableRoutes, ...node.approvedRoutes])) {
      if (EXIT_ROUTES.includes(prefix)) continue;
      const server = { node, announced: node.availableRoutes.includes(prefix), approved: node.approvedRoutes.includes(prefix), primary: node.subnetRoutes.includes(prefix) };
      byPrefix.set(prefix, [...(byPrefix.get(prefix) ?? []), server]);
    }
  }
  const known = [...byPrefix.keys()].map((prefix) => ({ prefix, net: parseNet(prefix) }));
  known.sort((a, b) => (a.net && b.net ? compareNets(a.net, b.net) : Number(!a.net) - Number(!b.net) || (a.prefix < b.prefix ? -1 : 1)));
  // In this order a network comes right before those inside it: a stack of what is still open finds them in one pass.
  const open: typeof known = [];
  return known.map(({ prefix, net }) => {
    while (open.length > 0 && !(net && contains(open.at(-1)!.net!, net))) open.pop();
    const inside = open.map((outer) => outer.prefix);
    if (net) open.push({ prefix, net });
    const servers = byPrefix.get(prefix)!.sort((a, b) => Number(b.primary) - Number(a.primary) || Number(b.approved) - Number(a.approved) || Number(b.node.online) - Number(a.node.online));
    return { prefix, servers, inside, state: stateOf(servers) };
  });
}

export function exitNodesOf(nodes: readonly Node_[]): Node_[] {
  return nodes.filter((node) => offersExit(node) || isExit(node)).sort((a, b) => Number(isExit(a)) - Number(isExit(b)) || Number(b.online) - Number(a.online) || (a.givenName < b.givenName ? -1 : 1));
}
