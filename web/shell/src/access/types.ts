/** What the console answers about accounts, roles, tokens and providers. */
import { i18n } from '@masthead/ui';
import { format, t } from './messages';

export interface Passkey {
  id: string;
  name: string;
  created_at: string;
  last_used: string | null;
  backed_up: boolean;
  locked: boolean;
}
export interface Session {
  handle: string;
  current: boolean;
  method: string;
  client: string;
  user_agent: string;
  created_at: string;
  last_seen: string;
}
export interface AccountInfo {
  account: { id: string; email: string; name: string; language: string | null; theme: string | null; origin: 'local' | 'sso'; created_at: string; last_sign_in: string | null };
  factors: { password: { changed_at: string } | null; totp: { created_at: string } | null; recovery_left: number | null; passkeys: Passkey[] };
  sessions: Session[];
  policy: { require_second_factor: boolean };
}
export interface Admin {
  id: string;
  email: string;
  name: string;
  roles: string[];
  disabled: boolean;
  origin: 'local' | 'sso';
  created_at: string;
  last_sign_in: string | null;
  invited: boolean;
  factors: { password: boolean; totp: boolean; passkeys: number };
  password_locked: boolean;
  revision: number | string;
}
export interface OneTimeLink {
  link: string;
  expires_at: string;
}
export interface Permission {
  id: string;
  title: string;
  description: string;
  risk: string;
  owner: string;
  group: string;
  used_by: string[];
}
export interface Role {
  id: string;
  title: string;
  description: string;
  builtin: boolean;
  permissions: string[];
  accounts: number;
  revision: number | string;
}
export interface Token {
  id: string;
  name: string;
  owner: string;
  scopes: string[];
  cidrs: string[];
  created_at: string;
  expires_at: string;
  last_used: string | null;
  last_client: string | null;
}
export interface Provider {
  id: string;
  title: string;
  issuer: string;
  client_id: string;
  scopes: string[];
  group_claim: string;
  mappings: { group: string; role: string }[];
  locked: boolean;
  enabled: boolean;
  secret_set: boolean;
  revision: number | string;
  state: { reachable: boolean | null; checked_at: string | null; error: string | null } | null;
}

const RISKS = ['low', 'medium', 'high', 'critical'];
export const riskRank = (risk: string) => Math.max(0, RISKS.indexOf(risk));
export const riskBadge = (risk: string) => (risk === 'critical' || risk === 'high' ? 'mh-badge-bad' : risk === 'medium' ? 'mh-badge-warn' : '');
export const riskText = (risk: string) => (RISKS.includes(risk) ? t(`risk.${risk}`) : risk);

/** What a permission is called: the author's words, translated for what the house ships. */
const translated = (key: string, own: string) => (format.locale() !== 'en' && i18n.has('access', key) ? t(key) : own);
export const permissionTitle = (permission: Permission) => translated(`permission.${permission.id}`, permission.title || permission.id);
export const permissionText = (permission: Permission) => translated(`permission.${permission.id}.text`, permission.description);
export const groupTitle = (group: string) => (i18n.has('access', `group.${group}`) ? t(`group.${group}`) : group);
export const roleTitle = (role: Pick<Role, 'id' | 'title'>) => (i18n.has('shell', `role.${role.id}`) ? t(`role.${role.id}`) : role.title || role.id);
export const roleText = (role: Pick<Role, 'id' | 'description'>) => (i18n.has('access', `role.${role.id}.text`) ? t(`role.${role.id}.text`) : role.description);

/** Permissions by area, the core first, then the plugins; each area in the order of the console. */
export function grouped(permissions: readonly Permission[]): { id: string; permissions: Permission[] }[] {
  const byGroup = new Map<string, Permission[]>();
  for (const permission of permissions) {
    const group = permission.group || permission.owner;
    byGroup.set(group, [...(byGroup.get(group) ?? []), permission]);
  }
  return [...byGroup].map(([id, list]) => ({ id, permissions: list }));
}
