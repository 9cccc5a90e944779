/** What waits for the bot: interactions not yet acknowledged, or still thinking, counting down. */

import { h } from "../dom.js";
import { countdown } from "./format.js";

const ACKNOWLEDGE_S = 3;
const TOKEN_S = 15 * 60;
const FRAME = 100; // ms between two pictures of the countdown

const KINDS = { command: "Command", component: "Button or select", autocomplete: "Autocomplete",
  modal: "Form" };

export class Queue {
  constructor() {
    this.list = h("ul", { class: "cards" });
    this.empty = h("p", { class: "empty" }, "Nothing waits. An interaction stands here until the",
      " bot acknowledges it (3 seconds), and on while it is thinking (15 minutes).");
    this.element = h("div", { class: "panel-scroll" }, this.empty, this.list);
    this.cards = new Map(); // interaction's id → its card
    this.timer = null;
  }

  /** How many wait. */
  get size() {
    return this.cards.size;
  }

  /** Take in what the server said. */
  set(interactions) {
    const now = performance.now();
    const known = new Set(interactions.map(({ id }) => id));
    for (const [id, card] of this.cards) {
      if (known.has(id)) continue;
      card.element.remove();
      this.cards.delete(id);
    }
    for (const each of interactions) this.#take(each, now);
    this.empty.hidden = this.cards.size > 0;
    this.#tick();
  }

  #take(interaction, now) {
    let card = this.cards.get(interaction.id);
    if (!card) {
      card = new Card(interaction);
      this.cards.set(interaction.id, card);
      this.list.append(card.element);
    }
    card.set(interaction, now);
  }

  /** Count down while somebody looks. */
  #tick() {
    clearTimeout(this.timer);
    if (!this.cards.size || !this.element.offsetParent) return;
    for (const card of this.cards.values()) card.count(performance.now());
    this.timer = setTimeout(() => this.#tick(), FRAME);
  }
}

class Card {
  constructor(interaction) {
    const { kind, name, user, channel } = interaction;
    this.state = h("span", { class: "mark" });
    this.left = h("span", { class: "countdown" });
    this.bar = h("i");
    this.element = h("li", { class: "card" },
      h("div", { class: "card-head" },
        h("strong", {}, kind === "command" || kind === "autocomplete" ? `/${name}` : name),
        this.state),
      h("p", { class: "card-note" }, `${KINDS[kind] ?? kind} · ${user.name}`
        + `${channel?.name ? ` in #${channel.name}` : " in direct messages"}`),
      h("div", { class: "bar", "aria-hidden": "true" }, this.bar),
      h("p", { class: "card-note" }, this.left));
  }

  set(interaction, now) {
    const waits = interaction.ms_to_acknowledge !== null;
    this.waits = waits;
    this.span = waits ? ACKNOWLEDGE_S : TOKEN_S;
    this.until = now + (waits ? interaction.ms_to_acknowledge : interaction.token_s * 1000);
    this.state.textContent = waits ? "not acknowledged" : "thinking";
    this.state.classList.toggle("mark-warns", waits);
    this.count(now);
  }

  count(now) {
    const left = Math.max(0, (this.until - now) / 1000);
    const share = Math.min(1, left / this.span);
    this.bar.style.width = `${share * 100}%`;
    this.bar.classList.toggle("bar-late", share < 0.25);
    this.left.textContent = this.waits
      ? `${countdown(left)} left to acknowledge it`
      : `${countdown(left)} until its token dies`;
  }
}
