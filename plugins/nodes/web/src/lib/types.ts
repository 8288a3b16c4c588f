/** Objects as headscale's REST interface shapes them; ids are decimal strings. */
export interface User {
  id: string;
  name: string;
  displayName: string;
  email: string;
  provider: string;
  /** Issuer and subject at the identity provider. */
  providerId?: string;
  createdAt: string | null;
}

export interface PreAuthKey {
  id: string;
  key: string;
  user: User | null;
  reusable: boolean;
  ephemeral: boolean;
  used: boolean;
  expiration: string | null;
  createdAt: string | null;
  aclTags: string[];
}

export interface Node_ {
  id: string;
  name: string;
  givenName: string;
  user: User | null;
  online: boolean;
  lastSeen: string | null;
  expiry: string | null;
  createdAt: string | null;
  registerMethod: string;
  ipAddresses: string[];
  approvedRoutes: string[];
  availableRoutes: string[];
  subnetRoutes: string[];
  tags: string[];
  machineKey: string;
  nodeKey: string;
  preAuthKey: { id: string; reusable: boolean; ephemeral: boolean } | null;
  /** Where headscale's version tells them. */
  os?: string;
  clientVersion?: string;
}

export interface NodeList {
  nodes: Node_[];
  revision: number;
  asOf: string;
  stale: boolean;
}

export interface ApiKey {
  id: string;
  prefix: string;
  expiration: string | null;
  createdAt: string | null;
  lastSeen: string | null;
}
