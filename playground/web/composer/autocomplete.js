/** Asks the bot for choices while an option is typed: not at every key, and the latest wins. */

const PAUSE = 250; // ms without a key

export class Autocomplete {
  /**
   * @param {(field: object) => Promise<object[]|null>} ask sends the question; null where the bot
   *   did not answer
   * @param {(state: "loading"|"ready"|"failed", choices: object[]) => void} show
   */
  constructor(ask, show) {
    this.ask = ask;
    this.show = show;
    this.timer = null;
    this.turn = 0;
  }

  /** Ask for a field's choices after a pause. */
  request(field) {
    this.cancel();
    const { turn } = this;
    this.timer = setTimeout(async () => {
      this.show("loading", []);
      const choices = await this.ask(field).catch(() => null);
      if (turn !== this.turn) return;
      this.show(choices ? "ready" : "failed", choices ?? []);
    }, PAUSE);
  }

  /** Forget what was asked. */
  cancel() {
    clearTimeout(this.timer);
    this.turn += 1;
  }
}
