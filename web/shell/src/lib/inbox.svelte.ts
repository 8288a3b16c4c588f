/** The console's own messages: read once, then kept true by `notify.message`. A console without the service simply has none. */
import type { Api, Events } from '../../../../sdk/web/host';

export interface Message {
  id: string;
  at: string;
  event: string;
  title: string;
  text: string;
  link: string | null;
  severity: 'info' | 'warning' | 'critical';
  read: boolean;
}
const MOST = 200;

export class Inbox {
  messages = $state.raw<readonly Message[]>([]);
  unread = $state(0);
  /** False until the service has answered once. */
  there = $state(false);
  failure = $state('');
  #offs: (() => void)[] = [];

  constructor(
    private readonly api: Api,
    private readonly events: Events,
  ) {}

  start(): void {
    this.stop();
    this.#offs = [
      this.events.on<Omit<Message, 'read'>>('notify.message', (message) => {
        if (this.messages.some((known) => known.id === message.id)) return;
        this.messages = [{ ...message, read: false }, ...this.messages].slice(0, MOST);
        this.unread += 1;
      }),
      this.events.on('lagged', () => void this.read()),
    ];
    void this.read();
  }
  stop(): void {
    this.#offs.forEach((off) => off());
    this.#offs = [];
    this.messages = [];
    this.unread = 0;
  }

  async read(): Promise<void> {
    try {
      const answer = await this.api.get<{ messages: Message[]; unread: number }>('notify/messages');
      this.messages = answer.messages;
      this.unread = answer.unread;
      this.there = true;
      this.failure = '';
    } catch (error) {
      this.failure = error instanceof Error ? error.message : String(error);
    }
  }

  async markRead(ids: readonly string[] | 'all'): Promise<void> {
    const before = this.messages;
    this.messages = before.map((message) => (ids === 'all' || ids.includes(message.id) ? { ...message, read: true } : message));
    this.unread = this.messages.filter((message) => !message.read).length;
    try {
      this.unread = (await this.api.post<{ unread: number }>('notify/messages/read', ids === 'all' ? { all: true } : { ids: [...ids] })).unread;
    } catch {
      void this.read();
    }
  }
}
