/** People, roles, channels and emoji by their names, while one writes a message. */

import { h } from "../dom.js";
import { MENTION_EVERYONE } from "../permissions.js";
import { withEmoji, emojiLike } from "./emoji.js";
import { channelsOf, fitting, rolesOf, usersOf } from "./entities.js";

const MOST = 10; // lines
const SHORTEST_EMOJI = 2; // letters: ":)" and "3:4" are no emoji
const LABELS = { "@": "Members and roles", "#": "Channels", ":": "Emoji" };

export class Mentions {
  /** @param {import("../store.js").Store} store */
  constructor(store) {
    this.store = store;
    this.picked = new Map(); // name → mention: what was meant where two have one name
  }

  /**
   * Show the names that fit what is begun at the caret.
   *
   * @param {import("./textbox.js").TextBox} box
   * @param {import("./popup.js").Popup} popup
   */
  offer(box, popup) {
    const begun = this.#begun(box.beforeCaret);
    if (!begun?.items.length) {
      popup.close();
      return;
    }
    popup.list(box.element, begun.items, { label: begun.label, active: 0 }, (item) => {
      if (item.mention) this.picked.set(item.label.toLowerCase(), item.mention);
      box.replaceFrom(begun.start, `${item.insert} `);
      popup.close();
    });
  }

  /** A sign with letters behind it, where it stands, and what it may mean. */
  #begun(before) {
    const match = /(?:^|[\s(])([@#:])([\p{L}\p{N}_.+-]*)$/u.exec(before);
    if (!match) return null;
    const [, sign, query] = match;
    if (sign === ":" && query.length < SHORTEST_EMOJI) return null;
    const items = this.#items(sign, query).slice(0, MOST);
    return { start: before.length - query.length - 1, label: LABELS[sign], items };
  }

  /** A text with "<@5>" and its like by name, as one writes it here. */
  named(text) {
    const all = [...usersOf(this.store), ...rolesOf(this.store), ...channelsOf(this.store)];
    return text.replace(/<[@#]&?\d+>/g, (mention) => (
      all.find((each) => each.mention === mention)?.name ?? mention));
  }

  /** A text as it is sent: names become mentions, names of emoji emoji; code stays as it is. */
  expand(text) {
    return text.split(/(```[\s\S]*?```|`[^`]*`)/)
      .map((part, index) => (index % 2 ? part : withEmoji(this.#mentioned(part)))).join("");
  }

  #items(sign, query) {
    if (sign === ":") {
      return emojiLike(query).map(([name, emoji]) => ({
        label: `:${name}:`, insert: emoji, sign: () => h("span", { class: "emoji" }, emoji),
      }));
    }
    return fitting(sign === "#" ? channelsOf(this.store) : this.#people(), query)
      .map(({ name, description, mention, sign: draw }) => ({
        label: name, description, insert: name, mention, sign: draw,
      }));
  }

  #people() {
    const { store } = this;
    const everyone = store.guildOf(store.channel) && store.may(store.channel, MENTION_EVERYONE);
    const roles = rolesOf(store).filter(({ mention }) => everyone || mention !== "@everyone");
    const here = { name: "@here", mention: "@here", description: "those who are online", also: [],
      sign: roles[0]?.sign };
    return [...usersOf(store), ...roles, ...(everyone ? [here] : [])];
  }

  /** The longest name first: "@Mel" must not take the beginning of "@Mel Member". */
  #mentioned(text) {
    const named = [...usersOf(this.store), ...rolesOf(this.store), ...channelsOf(this.store)]
      .flatMap(({ name, also, mention }) => (
        [name, ...also.filter((each) => each.startsWith("@"))].map((label) => [label, mention])))
      .sort(([a], [b]) => b.length - a.length);
    const mentions = new Map();
    for (const [label, mention] of named) {
      const known = label.toLowerCase();
      // Of two with one name it is the one that was picked, else the person.
      if (!mentions.has(known)) mentions.set(known, this.picked.get(known) ?? mention);
    }
    if (!mentions.size) return text;
    const special = /[.*+?^${}()|[\]\\]/g;
    const labels = [...mentions.keys()].map((label) => label.replace(special, "\\$&"));
    const pattern = new RegExp(`(^|[\\s(])(${labels.join("|")})(?![\\p{L}\\p{N}_])`, "giu");
    return text.replace(pattern, (_, gap, label) => gap + mentions.get(label.toLowerCase()));
  }
}
