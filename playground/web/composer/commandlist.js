/** The list of commands that opens behind a slash. */

import { avatar } from "../avatar.js";
import { h } from "../dom.js";
import { matching } from "./entries.js";

/**
 * Show the commands that fit a text.
 *
 * @param {import("./popup.js").Popup} popup
 * @param {HTMLElement} owner what keeps the focus
 * @param {string} text what was typed, with its slash
 * @param {{index: import("./commands.js").CommandIndex, used: string[]}} known `used` are the names
 *   of the commands used before, the latest first
 * @param {(entry: object) => void} choose
 */
export function listCommands(popup, owner, text, { index, used }, choose) {
  const fitting = matching(latestFirst(index.entries, used), text.slice(1));
  const items = byApp(fitting).map((entry) => ({
    label: `/${entry.name}`,
    description: entry.description,
    detail: () => optionNames(entry),
    group: { name: entry.app.name, sign: () => sign(entry.app) },
    entry,
  }));
  popup.explain(null);
  popup.list(owner, items, { label: "Commands", active: items.length ? 0 : -1 },
    (item) => choose(item.entry));
  if (items.length || /\s/.test(text)) return;
  if (index.forbidden) popup.say("You do not have permission to use commands in this channel.");
  else if (!index.known) popup.say("Loading commands…", { busy: true });
  else if (!index.entries.length) popup.say("The bot has registered no commands yet.");
  else popup.say(`No command fits “${text}”.`);
}

/** Those used before come first, the others in the order they have. */
function latestFirst(entries, used) {
  const place = ({ name }) => (used.includes(name) ? used.indexOf(name) : used.length);
  return [...entries].sort((a, b) => place(a) - place(b));
}

/** The best fit first; all of an app under its best one. */
function byApp(entries) {
  const apps = [...new Set(entries.map((entry) => entry.app.id))];
  return apps.flatMap((id) => entries.filter((entry) => entry.app.id === id));
}

function sign(app) {
  return avatar({ id: app.id, username: app.name, bot: true }, "small");
}

/** The options that must be filled in by name, the others by number. */
function optionNames({ options }) {
  const required = options.filter((option) => option.required);
  const more = options.length - required.length;
  return h("span", { class: "option-names" },
    required.map((option) => h("span", { class: "option-name" }, option.name)),
    more ? h("span", { class: "option-more" }, `+${more} optional`) : null);
}
