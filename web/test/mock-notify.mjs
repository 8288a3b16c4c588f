// The mock's part for notifications: channels, rules, deliveries and the console's messages, in the shapes of /admin/api/v1/notify.
const ago = (minutes) => new Date(Date.now() - minutes * 60_000).toISOString();
const SECRETS = { mail: ['password'], webhook: ['secret', 'token'], ntfy: ['token'], slack: ['url'], matrix: ['url'] };

export function start({ emit, Problem, fresh }) {
  let next = 10;
  const channels = [];
  const rules = { rules: [{ event: 'onboarding.registration', channels: ['console'], min_severity: 'info' }], default: { channels: ['*'], min_severity: 'info' },
    quiet_hours: { enabled: false, from: '22:00', to: '07:00', utc_offset: '+00:00' }, digest: { enabled: true, more_than: 5, within_minutes: 10 } };
  const messages = [];
  const deliveries = [];
  const EVENTS = [['headscale.down', 'headscale has not answered for a minute', 'core'], ['headscale.up', 'headscale answers again', 'core'], ['plugin.quarantined', 'A plugin that kept crashing was stopped', 'core'],
    ['onboarding.request', 'Somebody asks for access', 'onboarding'], ['onboarding.registration', 'A device waits for approval', 'onboarding'], ['onboarding.joined', 'A device that asked is in', 'onboarding']].map(([type, description, owner]) => ({ type, description, owner, permission: 'core.status.read' }));
  const shown = ({ secrets, ...channel }) => ({ ...channel, secrets: Object.fromEntries((SECRETS[channel.kind] ?? []).map((name) => [name, Boolean(secrets[name])])), waiting: channel.waiting ?? 0, last: channel.last ?? null,
    ...(secrets.url ? { target: new URL(secrets.url).host } : {}) });
  const unread = () => messages.filter((message) => !message.read).length;

  function add(kind, name, settings, secrets = {}, extra = {}) {
    channels.push({ id: String(++next), kind, name, enabled: true, builtin: false, settings: { ca_file: '', private_network: false, ignore_quiet_hours: false, attempts: 12, retry_seconds: 30, ...settings }, secrets, ...extra });
    return channels.at(-1);
  }
  function message(body = {}) {
    const made = { id: String(++next), at: new Date().toISOString(), event: 'onboarding.request', title: 'Ada Lovelace asks for access: phone-7', text: 'Code: amber-river\nPlatform: android\nFrom: 192.0.2.7', link: '/admin/p/onboarding/requests', severity: 'info', read: false, ...body };
    messages.unshift(made);
    const { read, ...told } = made;
    emit('notify.message', told);
    return made;
  }
  function check(body, kind) {
    const fields = [];
    const fail = (path, reason) => fields.push({ path, reason });
    if (!body.name) fail('name', 'is missing');
    const settings = body.settings ?? {};
    if (kind === 'mail' && !settings.host) fail('settings/host', 'is missing');
    if (kind === 'mail' && !(settings.to ?? []).length) fail('settings/to', 'has no recipient');
    if (kind === 'webhook' && !/^https:\/\//.test(settings.url ?? '')) fail('settings/url', 'is http://, which is for private addresses only; expected https://');
    if (body.secrets?.secret && body.secrets.secret.length < 16) fail('secrets/secret', 'is shorter than 16 characters');
    if (fields.length) throw new Problem(400, 'invalid_argument', fields.map((field) => field.reason).join('; '), fields);
  }

  function handle(method, path, body, url) {
    const [, area, id, action] = path.split('/');
    if (area === 'events') return { events: EVENTS };
    if (area === 'rules') {
      if (method === 'PUT') {
        if (body.quiet_hours?.enabled && body.quiet_hours.from === body.quiet_hours.to) throw new Problem(400, 'invalid_argument', 'is the same as from', [{ path: 'quiet_hours/to', reason: 'is the same as from' }]);
        Object.assign(rules, body);
      }
      return rules;
    }
    if (area === 'messages') {
      if (id === 'read') for (const one of messages) if (body.all || body.ids?.includes(one.id)) one.read = true;
      return id === 'read' ? { unread: unread() } : { messages, unread: unread() };
    }
    if (area === 'deliveries') {
      if (action === 'resend') {
        deliveries.find((delivery) => delivery.id === id).state = 'queued';
        return { ok: true };
      }
      return { deliveries: deliveries.filter((delivery) => !url.searchParams.get('state') || delivery.state === url.searchParams.get('state')) };
    }
    if (area !== 'channels') throw new Problem(404, 'not_found', `no such call: ${method} ${path}`);
    if (!id && method === 'GET') return { channels: [{ id: 'console', kind: 'console', name: 'Console', enabled: true, builtin: true }, ...channels.map(shown)] };
    if (!id) {
      check(body, body.kind);
      return shown(add(body.kind, body.name, body.settings, body.secrets ?? {}, { enabled: body.enabled ?? true }));
    }
    const index = channels.findIndex((channel) => channel.id === id);
    if (index < 0) throw new Problem(404, 'not_found', `There is no notification channel ${id}.`);
    if (method === 'DELETE') return void channels.splice(index, 1);
    if (action === 'test') {
      const works = channels[index].kind !== 'webhook';
      channels[index] = { ...channels[index], last: { state: works ? 'sent' : 'failed', at: new Date().toISOString(), error: works ? null : 'hooks.example.org answered 500 Internal Server Error' } };
      return { delivered: works, error: channels[index].last.error };
    }
    check(body, channels[index].kind);
    channels[index] = { ...channels[index], name: body.name, enabled: body.enabled, settings: { ...channels[index].settings, ...body.settings }, secrets: { ...channels[index].secrets, ...body.secrets } };
    return shown(channels[index]);
  }

  if (!fresh) {
    add('mail', 'Mail to the desk', { host: 'mail.example.org', port: 587, tls: 'starttls', user: 'masthead', from: 'masthead@example.org', from_name: 'Masthead', to: ['desk@example.org', 'ada@example.org'] }, { password: 'x' }, { last: { state: 'sent', at: ago(40), error: null } });
    const hook = add('webhook', '<b>Hook</b>', { url: 'https://hooks.example.org/masthead' }, { secret: 'x'.repeat(20) }, { last: { state: 'failed', at: ago(12), error: 'hooks.example.org answered 500 Internal Server Error' }, waiting: 2 });
    add('slack', 'Team room', {}, { url: 'https://chat.example.org/services/T0/B0/secret' }, { enabled: false });
    for (const [title, minutes] of [['Grace Hopper asks for access: grace-laptop', 12], ['<img src=x onerror=alert(1)> asks for access: evil\u202egnp.exe', 31]]) {
      deliveries.push({ id: String(++next), channel: { id: hook.id, name: hook.name, kind: 'webhook' }, event: 'onboarding.request', title, severity: 'info', state: 'failed', attempts: 12, created_at: ago(minutes + 60), next_at: null, done_at: ago(minutes), error: 'hooks.example.org answered 500 Internal Server Error', delivery: `d${next}` });
    }
    message({ at: ago(200), read: true, event: 'headscale.up', title: 'headscale answers again', text: '', link: '/admin/', severity: 'info' });
    message({ at: ago(30), title: '<img src=x onerror=alert(1)> asks for access: evil\u202egnp.exe' });
    message({ at: ago(4) });
  }
  return { handle, control: (what, body) => (what === 'message' ? message(body) : {}) };
}
