/**
 * What every page with a short list needs: read, say why it failed, read again after events and after changes, ask before a change and say that it
 * was done. Use with `ListFrame.svelte`, which draws the states.
 */
import { confirm, toast, type ConfirmOptions } from '@masthead/ui';
import type { Events } from '../../../sdk/web/host';

export class List<Row> {
  rows = $state.raw<readonly Row[] | null>(null);
  failure = $state('');

  constructor(private readonly load: () => Promise<readonly Row[]>) {}

  read = async (): Promise<void> => {
    try {
      this.rows = await this.load();
      this.failure = '';
    } catch (error) {
      this.failure = error instanceof Error ? error.message : String(error);
    }
  };

  /** Reads now and whenever one of the events comes; for `onMount`. */
  follow(events: Events, ...types: string[]): () => void {
    void this.read();
    const offs = [...types, 'lagged'].map((type) => events.on(type, () => void this.read()));
    return () => offs.forEach((off) => off());
  }

  /** Asks, acts, says that it is done and reads again. */
  async ask(options: ConfirmOptions & { done: string }): Promise<boolean> {
    const chosen = await confirm(options);
    if (chosen) {
      toast('ok', options.done);
      await this.read();
    }
    return chosen;
  }
}
