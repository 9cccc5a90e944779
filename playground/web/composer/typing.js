/** Lets the others know that one writes: at the first key, and then now and again. */

const EVERY = 8000; // ms, as Discord's client repeats it

export class TypingSignal {
  /** @param {() => void} send */
  constructor(send) {
    this.send = send;
    this.sentAt = 0;
  }

  /** A key was pressed. */
  say() {
    if (Date.now() - this.sentAt < EVERY) return;
    this.sentAt = Date.now();
    this.send();
  }

  /** The message is out: the next key begins anew. */
  sent() {
    this.sentAt = 0;
  }
}
