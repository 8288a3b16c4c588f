/** The list of permissions, read once per page that needs it. Who may not read it still knows what they hold themselves. */
import { ApiFailure } from '../lib/api';
import { app } from '../lib/app.svelte';
import type { Permission } from './types';

export async function readPermissions(): Promise<Permission[]> {
  try {
    return (await app.api.get<{ permissions: Permission[] }>('permissions')).permissions;
  } catch (error) {
    if (!(error instanceof ApiFailure && error.status === 403)) throw error;
    return (app.me?.principal.permissions ?? []).map((id) => ({ id, title: id, description: '', risk: '', owner: id.split('.')[0]!, group: id.split('.')[0]!, used_by: [] }));
  }
}
