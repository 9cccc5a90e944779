/** What takes whole lines: code, quotes, headings, lists, small print. */

import { h } from "../dom.js";
import { codeBlock } from "./code.js";
import { DEEPEST, inline } from "./inline.js";

const LIST_LINE = /^( *)([-*]|\d{1,9}\.) +(\S[^\n]*)(?:\n|$)/;
const INDENTED = /^ +\S[^\n]*(?:\n|$)/;

const RULES = [
  [/^```(?:([\w+#.-]+)\n)?\n?([^]*?)\n?```\n?/, (match) => (
    match[2].trim() ? codeBlock(match[2], match[1] ?? "") : null)],
  [/^>>> ?([^]+)/, (match, names, depth) => quote(match[1], names, depth), "line"],
  [/^(?:> [^\n]*(?:\n|$)|>(?:\n|$))+/, (match, names, depth) => (
    quote(match[0].replace(/^> ?/gm, "").replace(/\n$/, ""), names, depth)), "line"],
  [/^(#{1,3}) +([^\n]+)\n?/, (match, names, depth) => (
    h("p", { class: `md-heading md-heading-${match[1].length}` },
      inline(match[2], names, depth))), "line"],
  [/^-# +([^\n]+)\n?/, (match, names, depth) => (
    h("p", { class: "md-subtext" }, inline(match[1], names, depth))), "line"],
];

/**
 * The nodes of a text with blocks in it.
 *
 * @param {string} text
 * @param {object} names see renderMarkdown
 * @param {number} depth how many blocks are around it
 * @returns {(Node|string)[]}
 */
export function blocks(text, names, depth) {
  const nodes = [];
  let loose = "";
  const settle = () => {
    if (loose) nodes.push(...inline(loose, names, depth));
    loose = "";
  };
  let rest = text;
  let lineStart = true;
  while (rest) {
    const made = depth < DEEPEST ? firstOf(rest, lineStart, names, depth) : null;
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

function firstOf(text, lineStart, names, depth) {
  for (const [pattern, make, where] of RULES) {
    if (where === "line" && !lineStart) continue;
    const match = pattern.exec(text);
    const node = match && make(match, names, depth + 1);
    if (node) return { node, length: match[0].length };
  }
  return lineStart && LIST_LINE.test(text) ? list(text, names, depth + 1) : null;
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

/** A list and the lists within it, as far down as the lines stand further right. */
function list(text, names, depth) {
  const first = LIST_LINE.exec(text);
  const [, indent, sign] = first;
  const ordered = /\d/.test(sign);
  const items = [];
  let length = 0;
  for (let rest = text; rest; rest = text.slice(length)) {
    const line = LIST_LINE.exec(rest);
    const item = items.at(-1);
    if (line && item && line[1].length > indent.length && depth < DEEPEST) {
      const inner = list(rest, names, depth + 1);
      item.append(inner.node);
      length += inner.length;
    } else if (line && (line[1].length >= indent.length) && /\d/.test(line[2]) === ordered) {
      items.push(h("li", {}, inline(line[3], names, depth)));
      length += line[0].length;
    } else if (!line && item && INDENTED.test(rest)) {
      // A line that stands under an item belongs to it.
      const [more] = INDENTED.exec(rest);
      item.append(h("br", {}), ...inline(more.trim(), names, depth));
      length += more.length;
    } else {
      break;
    }
  }
  const start = ordered && Number.parseInt(sign, 10) !== 1 ? Number.parseInt(sign, 10) : null;
  const node = h(ordered ? "ol" : "ul", { class: "md-list", start }, items);
  return { node, length };
}
