/** The filter of the audit log: lives in the address, and becomes the parameters of a request. */
export const FIELDS = ['q', 'principal', 'action', 'object', 'outcome', 'from', 'to'] as const;
export type Field = (typeof FIELDS)[number];
export type Filter = Partial<Record<Field, string>>;

const DAY = /^\d{4}-\d{2}-\d{2}$/;

export function filterOf(query: Readonly<Record<string, string>>): Filter {
  const filter: Filter = {};
  for (const field of FIELDS) {
    const value = query[field]?.trim();
    if (!value || ((field === 'from' || field === 'to') && !DAY.test(value))) continue;
    filter[field] = value;
  }
  return filter;
}

export const isFiltered = (filter: Filter): boolean => FIELDS.some((field) => filter[field]);

/** The address with some members changed; an empty text removes one. */
export function withFilter(query: Readonly<Record<string, string>>, changes: Readonly<Record<string, string>>): string {
  const merged = new URLSearchParams(Object.entries({ ...query, ...changes }).filter(([, value]) => value !== ''));
  const text = merged.toString();
  return text ? `?${text}` : '';
}

/** Parameters for the console; days are those of the reader's clock. */
export function parametersOf(filter: Filter, more: Readonly<Record<string, string>> = {}): string {
  const parameters = new URLSearchParams();
  for (const field of FIELDS) {
    const value = filter[field];
    if (value) parameters.set(field, field === 'from' ? moment(value, 0) : field === 'to' ? moment(value, 1) : value);
  }
  for (const [name, value] of Object.entries(more)) if (value) parameters.set(name, value);
  return parameters.toString();
}

function moment(day: string, after: number): string {
  const [year = 1970, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(new Date(year, month - 1, date + after).getTime() - after).toISOString();
}
