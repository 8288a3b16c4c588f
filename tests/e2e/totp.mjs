// Codes of an authenticator app for the tests: each step is used once, because the console refuses a code it has seen.
import { totpCode } from '../../web/test/mock-auth.mjs';

export class Authenticator {
  #last = 0;

  constructor(secret) {
    this.secret = secret.replace(/\s/g, '');
  }

  /** A code that is valid now and was not given before. The console takes one step of 30 seconds to either side. */
  async next() {
    const now = () => Math.floor(Date.now() / 30_000);
    const step = Math.max(this.#last + 1, now() - 1);
    // More than three codes within 30 seconds: the clock has to go on.
    while (step > now() + 1) await new Promise((resolve) => setTimeout(resolve, 500));
    this.#last = step;
    return totpCode(this.secret, step * 30_000);
  }
}
