// A small OpenAPI document in the shape of the console's.
const NODE = { type: 'object', required: ['id', 'name'], properties: { id: { type: 'string', description: 'A number as text' }, name: { type: 'string' }, online: { type: 'boolean' }, user: { $ref: '#/components/schemas/User' }, tags: { type: 'array', items: { type: 'string' } }, lastSeen: { type: ['string', 'null'], format: 'date-time' } } };

function operation(tag, method, path, permission, summary, extra = {}) {
  const parameters = [...path.matchAll(/\{(\w+)\}/g)].map((match) => ({ name: match[1], in: 'path', required: true, schema: { type: 'string' } }));
  return [path, method, { operationId: `${method}${path.replace(/\W+/g, '-')}`, tags: [tag], summary, 'x-masthead-permission': permission, parameters,
    responses: { 200: { description: 'What was asked for', content: { 'application/json': { schema: { $ref: '#/components/schemas/Node' } } } }, 403: { $ref: '#/components/responses/Problem' } }, ...extra }];
}

export function openapi(permissions) {
  const list = [
    operation('Status', 'get', '/admin/api/v1/status', 'core.status.read', 'Processes, headscale and counts'),
    operation('Nodes', 'get', '/admin/api/p/nodes/nodes', 'nodes.read', 'All nodes', { parameters: [{ name: 'limit', in: 'query', description: 'How many at most', schema: { type: 'integer', minimum: 1, maximum: 1000 } }] }),
    operation('Nodes', 'post', '/admin/api/p/nodes/nodes/{id}/rename', 'nodes.write', 'Rename a node', { description: 'The new name is a DNS label.', requestBody: { required: true, content: { 'application/json': { schema: { type: 'object', required: ['name'], properties: { name: { type: 'string', example: "ada's-laptop" } } } } } } }),
    operation('Nodes', 'delete', '/admin/api/p/nodes/nodes/{id}', 'nodes.delete', 'Delete a node'),
    ...permissions.slice(0, 12).map((permission) => operation('Core', 'get', `/admin/api/v1/invented/${permission.id}`, permission.id, permission.title)),
    operation('Core', 'post', '/admin/api/v1/tokens', 'any-authenticated', 'Create a token', { 'x-masthead-step-up': true, 'x-masthead-token': false }),
  ];
  const paths = {};
  for (const [path, method, value] of list) (paths[path] ??= {})[method] = value;
  return { openapi: '3.1.0', info: { title: 'Masthead', version: '0.1.0' }, tags: [{ name: 'Status', description: 'What runs, and how it is.' }, { name: 'Nodes' }], paths,
    components: { schemas: { Node: NODE, User: { type: 'object', properties: { id: { type: 'string' }, name: { type: 'string' } } } }, responses: { Problem: { description: 'Refused', content: { 'application/problem+json': { schema: { type: 'object', properties: { code: { type: 'string' }, detail: { type: 'string' } } } } } } } } };
}
