/**
 * What stands within a line: styles, links, mentions, times.
 *
 * Each rule matches at the start of what is left and makes a node; whatever no rule takes becomes
 * text.
 */

import { h } from "../dom.js";
import { textSpoiler } from "../spoiler.js";
import { discordTimestamp } from "../time.js";
import { linkUrl } from "../urls.js";
import {
  channelMention, commandMention, everyoneMention, roleMention, userMention,
} from "./mentions.js";

/** How deep styles may nest; a hostile "*_*_*_…" must not exhaust the stack. */
export const DEEPEST = 12;

const RULES = [
  // A backslash takes the meaning of the sign after it.
  [/^\\([^\p{L}\p{N}\s])/u, (match) => match[1]],
  // Like all rules below, bounded: what does not end within a message's length is no style.
  [/^(`{1,2})(?!`)([^]*?[^`])\1(?!`)/, (match) => h("code", { class: "md-code" }, match[2])],
  [/^\*\*\*(?![\s*])([^]+?)\*\*\*(?!\*)/,
    (match, inside) => h("strong", {}, h("em", {}, inside(match[1])))],
  [/^\*\*([^]+?)\*\*(?!\*)/, (match, inside) => h("strong", {}, inside(match[1]))],
  [/^__([^]+?)__(?!_)/, (match, inside) => h("u", {}, inside(match[1]))],
  [/^~~([^]+?)~~/, (match, inside) => h("s", {}, inside(match[1]))],
  [/^\|\|([^]+?)\|\|/, (match, inside) => textSpoiler(inside(match[1]))],
  [/^\*(?![\s*])([^]*?[^\s*])\*(?!\*)/, (match, inside) => h("em", {}, inside(match[1]))],
  [/^_(?!_)([^]*?[^_])_(?![\p{L}\p{N}_])/u, (match, inside) => h("em", {}, inside(match[1]))],
  [/^\[([^\]\n]+)\]\(<?(https?:\/\/[^\s)>]+)>?(?: "[^"\n]*")?\)/,
    (match, inside) => maskedLink(match[2], inside(match[1]))],
  [/^<(https?:\/\/[^\s>]+)>/, (match) => link(match[1])],
  [/^https?:\/\/[^\s<]+[^\s<.,:;"'\]!?*_~|)]/, (match) => link(match[0])],
  [/^<t:(-?\d{1,17})(?::([tTdDfFR]))?>/,
    (match) => discordTimestamp(Number(match[1]), match[2] ?? "f")],
  [/^<@!?(\d{1,20})>/, (match, _, names) => userMention(match[1], names)],
  [/^<@&(\d{1,20})>/, (match, _, names) => roleMention(match[1], names)],
  [/^<#(\d{1,20})>/, (match, _, names) => channelMention(match[1], names)],
  [/^<\/([-_\p{L}\p{N} ]{1,96}):\d+>/u, (match, _, names) => commandMention(match[1], names)],
  [/^<a?(:\w+:)\d+>/, (match) => match[1]],
  [/^@(everyone|here)\b/, (match, _, names) => everyoneMention(match[0], names)],
];

/**
 * The nodes of a text without blocks.
 *
 * @param {string} text
 * @param {object} names see renderMarkdown
 * @param {number} depth how many styles are around it
 * @returns {(Node|string)[]}
 */
export function inline(text, names, depth) {
  const nodes = [];
  let plain = "";
  let rest = text;
  while (rest) {
    const made = depth < DEEPEST ? firstOf(rest, names, depth) : null;
    if (made) {
      if (typeof made.node === "string") plain += made.node;
      else {
        if (plain) nodes.push(plain);
        plain = "";
        nodes.push(made.node);
      }
      rest = rest.slice(made.length);
    } else {
      // A word is taken whole, so "snake_case_name" has no italics in it.
      const step = nextStop(rest, /[^\p{L}\p{N}\s]|https?:/u);
      plain += rest.slice(0, step);
      rest = rest.slice(step);
    }
  }
  if (plain) nodes.push(plain);
  return nodes;
}

function firstOf(text, names, depth) {
  const inside = (part) => inline(part, names, depth + 1);
  for (const [pattern, make] of RULES) {
    const match = pattern.exec(text);
    const node = match && make(match, inside, names);
    if (node) return { node, length: match[0].length };
  }
  return null;
}

/** How many characters may be skipped before a rule could match again; at least one. */
function nextStop(text, pattern) {
  const [first] = text; // a whole code point
  const found = text.slice(first.length).search(pattern);
  return found < 0 ? text.length : first.length + found;
}

function link(address, children = address, props = {}) {
  const url = linkUrl(address);
  if (!url) return null;
  return h("a", { href: url, target: "_blank", rel: "noopener noreferrer nofollow", ...props },
    children);
}

/** A link whose text is not its address: it says where it leads, and asks before it does. */
function maskedLink(address, children) {
  return link(address, children, { title: linkUrl(address), dataset: { masked: "" } });
}
