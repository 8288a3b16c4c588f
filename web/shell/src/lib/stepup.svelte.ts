/** Confirming who one is before something sensitive: calls that need it wait here, one dialog serves them all, and nobody types anything twice. */
class StepUp {
  /** The ways that the account has; null while nothing is asked. */
  methods = $state.raw<readonly string[] | null>(null);
  #waiting: ((confirmed: boolean) => void)[] = [];

  ask = (methods: readonly string[]): Promise<boolean> =>
    new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.methods ??= methods;
    });

  finish(confirmed: boolean): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.methods = null;
    for (const resolve of waiting) resolve(confirmed);
  }
}

export const stepUp = new StepUp();
