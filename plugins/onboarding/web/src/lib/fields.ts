/** The form's own fields, as an admin reads their answers. */
import type { Defaults } from './types';

/** The answer may be older than the form: a field that is gone keeps its short name. */
export function fieldLabel(id: string, defaults: Defaults | null, locale: string): string {
  const field = defaults?.fields.find((candidate) => candidate.id === id);
  return (locale.startsWith('zh') && field?.label_zh) || field?.label || id;
}
