/** The state of the shell: who is signed in, which pages exist, where we are. One instance for the page. */
import { i18n, toast } from '@masthead/ui';
import type { Events, Host, Principal } from '../../../../sdk/web/host';
import { Badges } from './badges.svelte';
import { ApiFailure, CORE, createApi, type ApiContext, type ShellApi } from './api';
import { EventHub, type StreamState } from './events';
import { chooseLocale, t } from './messages';
import { Inbox } from './inbox.svelte';
import { BASE, GATE, isInside, nextAfterSignIn, resolve, resolveTarget, signInUrl, type ShellPage, type View } from './router';
import { stepUp } from './stepup.svelte';
import { theme } from './theme.svelte';

export interface Me {
  principal: Principal;
  csrf: string;
  /** How far the sign-in has come; a console without second factors says nothing. */
  stage?: 'half' | 'enrol' | 'full';
  method?: string;
  step_up_until?: string | null;
  language?: string | null;
  theme?: string | null;
  auth_disabled: boolean;
  trial: boolean;
  demo: boolean;
  version: string;
  public_url: string;
}
export interface SetupInfo {
  needed: boolean;
  trial: boolean;
  demo: boolean;
}
type Stage = 'loading' | 'unreachable' | 'setup' | 'link' | 'confirmed' | 'sign-in' | 'second-factor' | 'enrol' | 'ready';

class App {
  stage = $state<Stage>('loading');
  me = $state<Me | null>(null);
  setup = $state<SetupInfo | null>(null);
  pages = $state<ShellPage[]>([]);
  stream = $state<StreamState>('connecting');
  expired = $state(false);
  problem = $state('');
  /** What can be the second factor, as the console said when the password was right. */
  secondFactors = $state.raw<readonly string[]>(['totp', 'passkey', 'recovery']);
  location = $state({ pathname: location.pathname, search: location.search });
  view: View = $derived(resolve(this.location.pathname, this.pages));
  query: Record<string, string> = $derived(Object.fromEntries(new URLSearchParams(this.location.search)));

  readonly #context: ApiContext = {
    csrf: () => this.me?.csrf ?? '',
    onUnauthorized: () => this.#onUnauthorized(),
    onEnrolRequired: () => this.#suspend('enrol'),
    stepUp: stepUp.ask,
    declined: () => t('stepup.declined'),
    renew: () => this.renew(),
    unreachable: () => t('error.unreachable'),
    failed: (status) => t('error.status', { status: String(status) }),
  };
  readonly api: ShellApi = createApi(CORE, this.#context);
  readonly hub = new EventHub(`${CORE}events`, (state) => {
    this.stream = state;
  });
  readonly events: Events = this.hub;
  readonly badges = new Badges(this.events, (plugin, route) => createApi(`/admin/api/p/${plugin}/`, this.#context).get(route));
  readonly inbox = new Inbox(this.api, this.events);

  constructor() {
    addEventListener('popstate', () => this.#readLocation());
    addEventListener('click', (event) => this.#onClick(event));
    this.hub.on('session.revoked', () => this.#onUnauthorized());
    this.hub.on('plugins.changed', () => void this.#loadPages());
    this.hub.on('lagged', () => void this.#refreshMe());
  }

  async start(): Promise<void> {
    this.stage = 'loading';
    this.problem = '';
    // A link of an invitation is for whoever opens it, not for whoever is signed in here; a confirmation is for another window.
    if (this.view.kind === 'core' && (this.view.name === 'link' || this.view.name === 'confirmed')) {
      this.stage = this.view.name;
      return;
    }
    try {
      this.setup = await this.api.get<SetupInfo>('setup');
      if (this.setup.needed) {
        this.stage = 'setup';
        this.navigate(`${BASE}/setup`, { replace: true });
        return;
      }
      await this.enter();
    } catch (error) {
      if (error instanceof ApiFailure && error.status === 401) return;
      this.problem = error instanceof Error ? error.message : String(error);
      this.stage = 'unreachable';
    }
  }

  /** Reads who is signed in and goes on where the sign-in stands: the second factor, enrolling one, or the frame. */
  async enter(): Promise<void> {
    this.me = await this.api.get<Me>('me');
    if (this.me.stage === 'half' || this.me.stage === 'enrol') {
      this.#suspend(this.me.stage === 'half' ? 'second-factor' : 'enrol');
      return;
    }
    this.#preferences();
    await this.#loadPages();
    this.expired = false;
    const { pathname, search } = this.location;
    if (GATE.test(pathname)) this.navigate(nextAfterSignIn(search), { replace: true });
    this.stage = 'ready';
    this.inbox.start();
    this.hub.start();
  }

  /** After a call that has changed who is signed in or how fresh the sign-in is. */
  async renew(): Promise<boolean> {
    try {
      this.me = await this.api.get<Me>('me');
      return true;
    } catch {
      return false;
    }
  }

  async signOut(): Promise<void> {
    let elsewhere = '';
    try {
      elsewhere = (await this.api.delete<{ logout_url?: string } | undefined>('session'))?.logout_url ?? '';
    } catch (error) {
      if (!(error instanceof ApiFailure && error.status === 401)) {
        toast('error', t('signout.failed'), error instanceof Error ? error.message : '');
        return;
      }
    }
    // Signing out empties the browser's storage; what the page looks like may stay.
    theme.keep();
    this.#leave();
    this.expired = false;
    if (/^https:\/\//.test(elsewhere)) location.assign(elsewhere);
    else this.navigate(`${BASE}/sign-in`);
  }

  /** From the page of a link to the way everybody goes. */
  leaveLink(): void {
    this.stage = 'loading';
    this.navigate(`${BASE}/sign-in`, { replace: true });
  }

  /** Back to the first step of signing in. */
  startOver(): void {
    this.#leave();
    this.navigate(`${BASE}/sign-in${this.location.search}`, { replace: true });
  }

  can = (permission: string): boolean => !permission || (this.me?.principal.permissions.includes(permission) ?? false);

  /** What an event means, in the chosen language where we know it, else in the words of its author. */
  eventText = (type: string, description: string): string => (i18n.has('shell', `event.${type}`) ? t(`event.${type}`) : description || type);

  navigate(to: string, options: { replace?: boolean } = {}): void {
    if (!isInside(to)) return;
    if (to === this.location.pathname + this.location.search) return;
    if (options.replace) history.replaceState(null, '', to);
    else history.pushState(null, '', to);
    const samePage = new URL(to, location.origin).pathname === this.location.pathname;
    this.#readLocation();
    if (!samePage) scrollTo(0, 0);
  }

  hostFor(plugin: string): Host {
    const target = (to: string) => resolveTarget(to, plugin, this.location.pathname + this.location.search);
    return {
      api: createApi(`/admin/api/p/${plugin}/`, this.#context),
      events: this.events,
      i18n: {
        get locale() {
          return i18n.locale;
        },
        register: (messages) => i18n.register(plugin, messages),
        t: (key, params) => i18n.t(plugin, key, params),
        subscribe: (listener) => i18n.subscribe(listener),
      },
      navigate: (to, options) => {
        // A dialog that closes because the session ended must not lead away from sign-in.
        const url = this.stage === 'ready' ? target(to) : null;
        if (url) this.navigate(url, options);
      },
      href: (to) => target(to) ?? `${BASE}/`,
      toast: (kind, text, detail) => void toast(kind, text, detail),
      can: this.can,
    };
  }

  async #loadPages(): Promise<void> {
    const shell = await this.api.get<{ pages: ShellPage[] }>('shell');
    this.pages = shell.pages;
    this.badges.follow(shell.pages);
  }

  async #refreshMe(): Promise<void> {
    if (this.stage !== 'ready') return;
    try {
      this.me = await this.api.get<Me>('me');
    } catch {
      // A 401 was handled on the way; anything else is shown by the banner of the stream.
    }
  }

  /** Language and theme travel with the account; what this browser has chosen stays when the account has no wish. */
  #preferences(): void {
    if (this.me?.language === 'en' || this.me?.language === 'zh-CN') void chooseLocale(this.me.language);
    const wish = this.me?.theme;
    if (wish === 'light' || wish === 'dark') theme.choose(wish);
  }

  #onUnauthorized(): void {
    if (this.stage === 'sign-in' || this.stage === 'link') return;
    this.expired = this.stage === 'ready' || this.stage === 'second-factor' || this.stage === 'enrol';
    this.#leave();
    this.navigate(this.#gate(), { replace: true });
  }

  #gate(): string {
    return GATE.test(this.location.pathname) ? `${BASE}/sign-in${this.location.search}` : signInUrl(this.location);
  }

  /** A session that is not complete yet: the frame goes, the session stays. */
  #suspend(stage: 'second-factor' | 'enrol'): void {
    if (this.stage === stage || this.stage === 'link') return;
    const me = this.me;
    this.#leave();
    this.me = me;
    this.stage = stage;
    this.navigate(this.#gate(), { replace: true });
  }

  #leave(): void {
    this.hub.stop();
    this.inbox.stop();
    this.badges.follow([]);
    stepUp.finish(false);
    this.me = null;
    this.pages = [];
    this.stage = 'sign-in';
    for (const dialog of document.querySelectorAll('dialog[open]')) (dialog as HTMLDialogElement).close();
  }

  #readLocation(): void {
    this.location = { pathname: location.pathname, search: location.search };
  }

  #onClick(event: MouseEvent): void {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = event.composedPath().find((node): node is HTMLAnchorElement => node instanceof HTMLAnchorElement);
    if (!link || link.target || link.hasAttribute('download') || link.origin !== location.origin) return;
    const to = link.pathname + link.search;
    if (!isInside(to) || link.hash) return;
    event.preventDefault();
    this.navigate(to);
  }
}

export const app = new App();
