/** The strip that says when something is not as it should be, and the voice for screen readers. */

import { h } from "./dom.js";
import { icon } from "./icons.js";

const TOAST_LASTS = 6000; // ms
const GOOD_NEWS_LAST = 3000;

/** Connection first, then the bot: one strip, the more urgent wins. */
export class Notices {
  /** @param {() => void} retry connect at once */
  constructor(retry) {
    this.connection = "connecting";
    this.everReady = false;
    this.wasLost = false;
    this.botOnline = true;
    this.botSeen = false;
    this.until = 0;
    this.countdown = h("span", { "aria-live": "off" });
    this.text = h("span", { role: "status" });
    this.retry = h("button", { type: "button", class: "link", onclick: retry }, "Try now");
    this.element = h("div", { class: "notice", hidden: true },
      icon("warning"), h("p", {}, this.text, this.countdown), this.retry);
    this.voice = h("div", { class: "sr-only", role: "log", "aria-live": "polite",
      "aria-label": "What is new" });
    this.toast = h("p", { class: "toast appears", role: "alert", hidden: true });
    setInterval(() => this.#count(), 500);
  }

  /** Another connection begins, in the place of one that was not lost but left. */
  restart() {
    this.everReady = false;
    this.wasLost = false;
  }

  /** How the connection is: see Gateway. */
  setConnection({ state, delay }) {
    this.connection = state;
    this.until = Date.now() + delay;
    if (state === "waiting") this.wasLost = true;
    if (state === "ready") {
      if (this.wasLost) this.tell("Connected again.", { good: true });
      this.everReady = true;
      this.wasLost = false;
    }
    this.#show();
  }

  /** Whether the bot is connected. */
  setBot(online, name) {
    this.botOnline = online;
    this.botSeen ||= online;
    this.botName = name;
    this.#show();
  }

  /** Say for a while that something did not work, or that it does again. */
  tell(text, { good = false } = {}) {
    clearTimeout(this.toastTimer);
    this.toast.classList.toggle("good", good);
    this.toast.textContent = text;
    this.toast.hidden = false;
    this.toastTimer = setTimeout(() => {
      this.toast.hidden = true;
    }, good ? GOOD_NEWS_LAST : TOAST_LASTS);
  }

  /** Say something to screen readers, once. */
  say(text) {
    this.voice.append(h("p", {}, text));
    while (this.voice.children.length > 5) this.voice.firstChild.remove();
  }

  #show() {
    const text = this.#problem();
    if (this.text.textContent !== text) this.text.textContent = text;
    this.element.hidden = !text;
    this.element.dataset.kind = this.connection === "ready" ? "bot" : "connection";
    this.retry.hidden = this.connection !== "waiting";
    this.#count();
  }

  #problem() {
    if (this.connection !== "ready") {
      if (this.connection === "connecting" && !this.everReady) return "";
      return this.everReady ? "The connection to the playground was lost."
        : "The playground does not answer.";
    }
    if (this.botOnline) return "";
    return this.botSeen
      ? `${this.botName} is offline. Commands will not be answered until it is back.`
      : `${this.botName} is not connected yet. Commands will be answered once it is.`;
  }

  #count() {
    const seconds = Math.max(0, Math.ceil((this.until - Date.now()) / 1000));
    const text = {
      waiting: ` Trying again in ${seconds} s…`,
      connecting: this.everReady ? " Connecting…" : "",
    }[this.connection] ?? "";
    if (this.countdown.textContent !== text) this.countdown.textContent = text;
  }
}
