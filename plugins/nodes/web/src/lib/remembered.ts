/** What this browser keeps between visits: columns and saved views. Storage may be refused; then they last as long as the page. */
export interface View {
  name: string;
  /** The query string, without the question mark. */
  query: string;
}

const memory = new Map<string, string>();

function read(key: string): unknown {
  try {
    return JSON.parse(localStorage.getItem(key) ?? memory.get(key) ?? 'null');
  } catch {
    return null;
  }
}
function write(key: string, value: unknown): void {
  const text = JSON.stringify(value);
  memory.set(key, text);
  try {
    localStorage.setItem(key, text);
  } catch {
    // Refused or full.
  }
}

export function readColumns(known: readonly string[]): string[] | null {
  const value = read('masthead.nodes.columns');
  if (!Array.isArray(value)) return null;
  const kept = value.filter((id): id is string => typeof id === 'string' && known.includes(id));
  return kept.length > 0 ? kept : null;
}
export const writeColumns = (columns: readonly string[] | null): void => write('masthead.nodes.columns', columns);

export function readViews(): View[] {
  const value = read('masthead.nodes.views');
  if (!Array.isArray(value)) return [];
  return value.filter((view): view is View => typeof view?.name === 'string' && typeof view?.query === 'string' && view.name !== '').slice(0, 50);
}
export const writeViews = (views: readonly View[]): void => write('masthead.nodes.views', views);
