/** The seconds until another try is allowed, counted down on the page. */
export class Wait {
  seconds = $state(0);
  #timer = 0;

  start(seconds: number): void {
    this.stop();
    const until = Date.now() + seconds * 1000;
    this.seconds = seconds;
    this.#timer = window.setInterval(() => {
      this.seconds = Math.max(0, Math.ceil((until - Date.now()) / 1000));
      if (this.seconds === 0) this.stop();
    }, 500);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.seconds = 0;
  }
}
