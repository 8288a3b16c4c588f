/** What the page needs from an OpenAPI document: operations with their texts, examples made from schemas, and a command to try each. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  title?: string;
  description?: string;
  format?: string;
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  example?: unknown;
  examples?: unknown[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  allOf?: Schema[];
  oneOf?: Schema[];
  anyOf?: Schema[];
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
}
interface Content {
  schema?: Schema;
  example?: unknown;
}
interface Parameter {
  $ref?: string;
  name: string;
  in: string;
  required?: boolean;
  description?: string;
  schema?: Schema;
}
interface RawOperation {
  operationId?: string;
  summary?: string;
  description?: string;
  tags?: string[];
  parameters?: Parameter[];
  requestBody?: { required?: boolean; content?: Record<string, Content> };
  responses?: Record<string, { $ref?: string; description?: string; content?: Record<string, Content> }>;
  'x-masthead-permission'?: string;
  'x-masthead-step-up'?: boolean;
  'x-masthead-token'?: boolean;
}
export interface Document {
  openapi: string;
  info: { title: string; version: string; description?: string };
  tags?: { name: string; description?: string }[];
  paths: Record<string, Record<string, unknown> & { parameters?: Parameter[] }>;
  components?: Record<string, Record<string, unknown>>;
}
export interface Operation {
  id: string;
  method: string;
  path: string;
  tag: string;
  summary: string;
  description: string;
  permission: string;
  stepUp: boolean;
  token: boolean;
  parameters: Parameter[];
  body: Schema | null;
  bodyType: string;
  responses: { status: string; description: string; schema: Schema | null }[];
}
export interface Field {
  name: string;
  type: string;
  required: boolean;
  text: string;
  depth: number;
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

/** Follows a local reference; anything else stays what it is. */
export function resolveRef<T extends { $ref?: string }>(document: Document, value: T): T {
  if (!value.$ref?.startsWith('#/')) return value;
  let at: unknown = document;
  for (const part of value.$ref.slice(2).split('/')) at = at && typeof at === 'object' ? (at as Record<string, unknown>)[part.replace(/~1/g, '/').replace(/~0/g, '~')] : undefined;
  return (at as T | undefined) ?? value;
}

export function operationsOf(document: Document): Operation[] {
  const list: Operation[] = [];
  for (const [path, entry] of Object.entries(document.paths)) {
    for (const method of METHODS) {
      const raw = entry[method] as RawOperation | undefined;
      if (!raw) continue;
      const content = Object.entries(raw.requestBody?.content ?? {})[0];
      list.push({
        id: raw.operationId ?? `${method}-${path}`, method: method.toUpperCase(), path, tag: raw.tags?.[0] ?? '', summary: raw.summary ?? '', description: raw.description ?? '',
        permission: raw['x-masthead-permission'] ?? '', stepUp: raw['x-masthead-step-up'] ?? false, token: raw['x-masthead-token'] ?? true,
        parameters: [...(entry.parameters ?? []), ...(raw.parameters ?? [])].map((parameter) => resolveRef(document, parameter)),
        body: content?.[1].schema ?? null, bodyType: content?.[0] ?? '',
        responses: Object.entries(raw.responses ?? {}).map(([status, value]) => {
          const response = resolveRef(document, value);
          return { status, description: response.description ?? '', schema: Object.values(response.content ?? {})[0]?.schema ?? null };
        }),
      });
    }
  }
  return list;
}

export function typeText(document: Document, schema: Schema | undefined): string {
  if (!schema) return '';
  const own = resolveRef(document, schema);
  if (own.const !== undefined) return JSON.stringify(own.const);
  if (own.enum) return own.enum.map((value) => JSON.stringify(value)).join(' | ');
  const either = own.oneOf ?? own.anyOf;
  if (either) return [...new Set(either.map((part) => typeText(document, part)))].join(' | ');
  if (own.allOf) return 'object';
  const type = Array.isArray(own.type) ? own.type.join(' | ') : (own.type ?? (own.properties ? 'object' : ''));
  if (type === 'array') return `${typeText(document, own.items) || 'any'}[]`;
  return own.format ? `${type} (${own.format})` : type;
}

/** The members of an object, those of inner objects behind them, three levels deep. */
export function fieldsOf(document: Document, schema: Schema | null, depth = 0, seen: readonly Schema[] = []): Field[] {
  if (!schema || depth > 2) return [];
  const own = resolveRef(document, schema);
  if (seen.includes(own)) return [];
  const below = [...seen, own];
  const parts = own.allOf ?? (own.oneOf ?? own.anyOf)?.slice(0, 1);
  if (parts && !own.properties) return parts.flatMap((part) => fieldsOf(document, part, depth, below));
  if (own.items) return fieldsOf(document, own.items, depth, below);
  return Object.entries(own.properties ?? {}).flatMap(([name, property]) => {
    const inner = resolveRef(document, property);
    return [{ name, type: typeText(document, property), required: own.required?.includes(name) ?? false, text: property.description ?? inner.description ?? '', depth }, ...fieldsOf(document, property, depth + 1, below)];
  });
}

/** An example of what fits a schema. */
export function exampleOf(document: Document, schema: Schema | null, depth = 0): unknown {
  if (!schema || depth > 4) return null;
  const own = resolveRef(document, schema);
  if (own.example !== undefined) return own.example;
  if (own.examples?.length) return own.examples[0];
  if (own.const !== undefined) return own.const;
  if (own.default !== undefined) return own.default;
  if (own.enum) return own.enum[0];
  const parts = own.oneOf ?? own.anyOf;
  if (parts) return exampleOf(document, parts[0] ?? null, depth);
  if (own.allOf) return Object.assign({}, ...own.allOf.map((part) => exampleOf(document, part, depth)));
  const type = Array.isArray(own.type) ? own.type[0] : own.type;
  if (type === 'array') return [exampleOf(document, own.items ?? null, depth + 1)];
  if (type === 'integer' || type === 'number') return own.minimum ?? 1;
  if (type === 'boolean') return true;
  if (type === 'object' || own.properties) return Object.fromEntries(Object.entries(own.properties ?? {}).map(([name, property]) => [name, exampleOf(document, property, depth + 1)]));
  if (own.format === 'date-time') return '2030-01-01T00:00:00Z';
  if (own.format === 'email') return 'ada@example.org';
  return type === 'null' ? null : 'text';
}

/** A text for a shell, whatever is in it. */
export const quote = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replace(/'/g, `'\\''`)}'`);

export function curlOf(document: Document, operation: Operation, origin: string): string {
  const path = operation.path.replace(/\{(\w+)\}/g, (_whole, name: string) => name.toUpperCase());
  const query = operation.parameters.filter((parameter) => parameter.in === 'query' && parameter.required).map((parameter) => `${parameter.name}=${parameter.name.toUpperCase()}`).join('&');
  const parts = ['curl', ...(operation.method === 'GET' ? [] : ['-X', operation.method]), '-H', '"Authorization: Bearer $MASTHEAD_TOKEN"'];
  for (const parameter of operation.parameters) if (parameter.in === 'header' && parameter.required) parts.push('-H', quote(`${parameter.name}: VALUE`));
  if (operation.body) parts.push('-H', quote(`Content-Type: ${operation.bodyType || 'application/json'}`), '-d', quote(JSON.stringify(exampleOf(document, operation.body))));
  return [...parts, quote(`${origin}${path}${query ? `?${query}` : ''}`)].join(' ');
}

export function matches(operation: Operation, words: readonly string[]): boolean {
  const text = `${operation.method} ${operation.path} ${operation.summary} ${operation.description} ${operation.permission} ${operation.tag} ${operation.id}`.toLowerCase();
  return words.every((word) => text.includes(word));
}
