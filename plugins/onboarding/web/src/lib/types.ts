/** What the plugin's own routes answer; see plugins/onboarding/plugin.json. */
export type RequestState = 'pending' | 'approving' | 'key-pending' | 'approved' | 'claimed' | 'joined' | 'rejected' | 'withdrawn' | 'expired';

export interface DeviceRequest {
  id: string;
  words: string;
  state: RequestState;
  device: string;
  person: string;
  contact: string;
  message: string;
  fields: Readonly<Record<string, string>>;
  platform: string;
  client: string;
  createdAt: string;
  decidedAt: string | null;
  decidedBy: string | null;
  reason: string | null;
  owner: { id: string | null; name: string } | null;
  tags: readonly string[];
  reusable?: boolean;
  ephemeral?: boolean;
  nodeName?: string | null;
  /** When the time to undo an approval is over. */
  dueAt?: string | null;
  expiresAt: string | null;
  keyId: string | null;
  node: { id: string; givenName: string; address: string } | null;
  keyVisible: boolean;
  error: string | null;
}
/** What an approval takes when it says nothing else; sent with the list, as most who decide may not read the settings. */
export interface Defaults {
  expiry: string;
  reusable: boolean;
  ephemeral: boolean;
  tags: readonly string[];
  undo: string;
  admin_sees_key: boolean;
  /** The form's own fields, by whose labels answers are shown. */
  fields: readonly { id: string; label: string; label_zh?: string }[];
}
export interface RequestList {
  requests: DeviceRequest[];
  total: number;
  next: string | null;
  defaults?: Defaults;
}
export interface Revealed {
  key: string;
  command: string;
  qrSvg: string;
  expiresAt: string | null;
}
export interface Card extends Revealed {
  id: string;
  words: string;
  device: string;
  person: string;
}
export interface BulkResult {
  id: string;
  ok: boolean;
  state?: string;
  error?: string | null;
  words?: string;
  device?: string;
  owner?: string | { name: string } | null;
}
export interface User {
  id: string;
  name: string;
  displayName?: string;
  email?: string;
}
/** What an approval sends; whatever is missing comes from the settings. */
export interface Options {
  user?: string | null;
  newUser?: string;
  tags?: string[];
  expiry?: string;
  reusable?: boolean;
  ephemeral?: boolean;
  nodeName?: string;
}
export interface Registration {
  id: string;
  state: string;
  words: string;
  platform: string;
  client: string;
  seenAt: string;
  lastSeenAt?: string;
  expiresAt?: string | null;
  decidedBy?: string | null;
  reason?: string | null;
  error?: string | null;
  owner?: { id: string | null; name: string } | null;
  node?: { id: string; givenName: string; address: string } | null;
}
export interface FormField {
  id: string;
  label: string;
  label_zh?: string;
  help?: string;
  type?: 'text' | 'choice';
  options?: string[];
  required?: boolean;
  max_length?: number;
}
export interface Settings {
  enabled: boolean;
  public: boolean;
  registrations: boolean;
  invite_code: string;
  allowed_networks: string[];
  fields: FormField[];
  admin_sees_key: boolean;
  claim_once: boolean;
  key_lifetime: string;
  reusable: boolean;
  ephemeral: boolean;
  tags: string[];
  undo: string;
  unanswered: string;
  purge: string;
  per_address_hour: number;
  per_hour: number;
  open_cap: number;
}
export interface SettingsAnswer {
  values: Settings;
  locked: string[];
  defaults: Settings;
}
