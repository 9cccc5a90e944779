/**
 * Discord's markdown as DOM nodes.
 *
 * Each rule matches at the start of what is left and makes a node; whatever no rule takes becomes
 * text. Nothing is ever parsed as HTML.
 */

import { h } from "./dom.js";
import { discordTimestamp } from "./time.js";
import { linkUrl } from "./urls.js";

// How deep styles may nest; a hostile "*_*_*_…" must not exhaust the stack.
const DEEPEST = 12;

const INLINE = [
  // A backslash takes the meaning of the sign after it.
  [/^\\([^\p{L}\p{N}\s])/u, (match) => match[1]],
  [/^(`{1,2})(?!`)([^]*?[^`])\1(?!`)/, (match) => h("code", { class: "md-code" }, match[2])],
  [/^\*\*([^]+?)\*\*(?!\*)/, (match, inside) => h("strong", {}, inside(match[1]))],
  [/^__([^]+?)__(?!_)/, (match, inside) => h("u", {}, inside(match[1]))],
  [/^~~([^]+?)~~/, (match, inside) => h("s", {}, inside(match[1]))],
  [/^\|\|([^]+?)\|\|/, (match, inside) => spoiler(inside(match[1]))],
  [/^\*(?![\s*])([^]*?[^\s*])\*(?!\*)/, (match, inside) => h("em", {}, inside(match[1]))],
  [/^_(?!_)([^]*?[^_])_(?![\p{L}\p{N}_])/u, (match, inside) => h("em", {}, inside(match[1]))],
  [/^\[([^\]\n]+)\]\(<?(https?:\/\/[^\s)>]+)>?(?: "[^"\n]*")?\)/,
    (match, inside) => link(match[2], inside(match[1]))],
  [/^<(https?:\/\/[^\s>]+)>/, (match) => link(match[1], match[1])],
  [/^https?:\/\/[^\s<]+[^\s<.,:;"'\]!?*_~|)]/, (match) => link(match[0], match[0])],
  [/^<t:(-?\d{1,17})(?::([tTdDfFR]))?>/,
    (match) => discordTimestamp(Number(match[1]), match[2] ?? "f")],
  [/^<@!?(\d+)>/, (match, _, names) => mention(`@${names.user(match[1])}`)],
  [/^<@&(\d+)>/, (match, _, names) => mention(`@${names.role(match[1])}`)],
  [/^<#(\d+)>/, (match, _, names) => mention(`#${names.channel(match[1])}`)],
  [/^<\/([-_\p{L}\p{N} ]{1,96}):\d+>/u, (match) => mention(`/${match[1]}`)],
  [/^<a?(:\w+:)\d+>/, (match) => match[1]],
  [/^@(everyone|here)\b/, (match) => mention(match[0])],
];

const BLOCKS = [
  [/^```(?:([\w+-]+)\n)?\n?([^]*?)\n?```\n?/, (match) => (
    h("pre", { class: "md-pre", tabindex: "0" }, h("code", {}, match[2])))],
  [/^>>> ?([^]+)/, (match, names, depth) => quote(match[1], names, depth), "line"],
  [/^(?:> ?[^\n]*(?:\n|$))+/, (match, names, depth) => (
    match[0].startsWith(">") && /^> /.test(match[0])
      ? quote(match[0].replace(/^> ?/gm, "").replace(/\n$/, ""), names, depth)
      : null), "line"],
  [/^(#{1,3}) +([^\n]+)\n?/, (match, names, depth) => (
    h("p", { class: `md-heading md-heading-${match[1].length}` },
      inline(match[2], names, depth))), "line"],
  [/^-# +([^\n]+)\n?/, (match, names, depth) => (
    h("p", { class: "md-subtext" }, inline(match[1], names, depth))), "line"],
  [/^(?: {0,3}[-*] [^\n]+(?:\n|$))+/, (match, names, depth) => (
    h("ul", { class: "md-list" }, match[0].trimEnd().split("\n").map((line) => (
      h("li", {}, inline(line.replace(/^ {0,3}[-*] /, ""), names, depth)))))), "line"],
];

const NOBODY = {
  user: () => "unknown user",
  role: () => "unknown role",
  channel: () => "unknown channel",
};

/**
 * Render Discord's markdown.
 *
 * @param {string} text
 * @param {{user: Function, role: Function, channel: Function}} [names] from an id to the name
 * @returns {DocumentFragment}
 */
export function renderMarkdown(text, names = NOBODY) {
  const fragment = document.createDocumentFragment();
  fragment.append(...blocks(text, names, 0));
  return fragment;
}

/** Render what may stand within one line (titles, names of fields): no blocks. */
export function renderInline(text, names = NOBODY) {
  const fragment = document.createDocumentFragment();
  fragment.append(...inline(text, names, 0));
  return fragment;
}

function blocks(text, names, depth) {
  const nodes = [];
  let loose = "";
  const settle = () => {
    if (loose) nodes.push(...inline(loose, names, depth));
    loose = "";
  };
  let rest = text;
  let lineStart = true;
  while (rest) {
    const made = depth < DEEPEST ? firstBlock(rest, lineStart, names, depth) : null;
    if (made) {
      // The block breaks the line itself.
      loose = loose.replace(/\n$/, "");
      settle();
      nodes.push(made.node);
      rest = rest.slice(made.length);
      lineStart = true;
    } else {
      const step = nextLineOrFence(rest);
      loose += rest.slice(0, step);
      lineStart = rest[step - 1] === "\n";
      rest = rest.slice(step);
    }
  }
  settle();
  return nodes;
}

function firstBlock(text, lineStart, names, depth) {
  for (const [pattern, make, where] of BLOCKS) {
    if (where === "line" && !lineStart) continue;
    const match = pattern.exec(text);
    const node = match && make(match, names, depth + 1);
    if (node) return { node, length: match[0].length };
  }
  return null;
}

function inline(text, names, depth) {
  const nodes = [];
  let plain = "";
  let rest = text;
  while (rest) {
    const made = depth < DEEPEST ? firstInline(rest, names, depth) : null;
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

function firstInline(text, names, depth) {
  const inside = (part) => inline(part, names, depth + 1);
  for (const [pattern, make] of INLINE) {
    const match = pattern.exec(text);
    const node = match && make(match, inside, names);
    if (node) return { node, length: match[0].length };
  }
  return null;
}

/** How many characters may be skipped before an inline rule could match again; at least one. */
function nextStop(text, pattern) {
  const [first] = text; // a whole code point
  const found = text.slice(first.length).search(pattern);
  return found < 0 ? text.length : first.length + found;
}

/** How many characters lie before the next line or the next backtick; at least one. */
function nextLineOrFence(text) {
  if (text[0] === "\n") return 1;
  const found = text.slice(1).search(/[`\n]/);
  if (found < 0) return text.length;
  return text[found + 1] === "\n" ? found + 2 : found + 1;
}

function quote(text, names, depth) {
  return h("blockquote", { class: "md-quote" }, blocks(text, names, depth));
}

function link(address, children) {
  const url = linkUrl(address);
  if (!url) return null;
  return h("a", { href: url, target: "_blank", rel: "noopener noreferrer nofollow" }, children);
}

function mention(text) {
  return h("span", { class: "mention" }, text);
}

function spoiler(children) {
  const button = h("button", {
    type: "button",
    class: "spoiler",
    "aria-label": "Spoiler, press to show",
    "aria-expanded": "false",
    onclick: () => {
      button.replaceWith(h("span", { class: "spoiler-shown" }, [...button.firstChild.childNodes]));
    },
  }, h("span", {}, children));
  return button;
}
