/** Mentions of users, roles, channels and commands. */

import { h } from "../dom.js";

/** @param {object} names see renderMarkdown, for this and the others */
export function userMention(id, names) {
  const act = names.openUser && ((event) => names.openUser(id, event.currentTarget));
  return mention(`@${names.user(id)}`, names.isViewer?.("user", id), act);
}

/** A role is only named. */
export function roleMention(id, names) {
  return mention(`@${names.role(id)}`, names.isViewer?.("role", id));
}

/** A click on a channel goes there. */
export function channelMention(id, names) {
  return mention(`#${names.channel(id)}`, false,
    names.openChannel && (() => names.openChannel(id)));
}

/** A click on a command begins to write it. */
export function commandMention(name, names) {
  return mention(`/${name}`, false, names.useCommand && (() => names.useCommand(name)));
}

/** "@everyone" and "@here" mean whoever reads. */
export function everyoneMention(text, names) {
  return mention(text, names.isViewer?.("everyone", null));
}

function mention(text, ofViewer, act) {
  const look = ofViewer ? "mention mine" : "mention";
  if (!act) return h("span", { class: look }, text);
  return h("button", { type: "button", class: look, onclick: act }, text);
}
