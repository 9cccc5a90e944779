/**
 * JSON as a tree that folds, made of nodes: what a bot wrote is never parsed as markup. Branches
 * are made when they are first opened.
 */

import { h } from "../dom.js";

const OPEN_LEVELS = 3;
const OPEN_KEYS = 12; // a larger branch begins folded
const PREVIEW = 60; // characters

/**
 * @param {*} value
 * @returns {HTMLElement}
 */
export function renderJson(value) {
  const isBranch = value !== null && typeof value === "object" && Object.keys(value).length > 0;
  return h("div", { class: "json" }, isBranch
    ? Object.entries(value).map(([key, child]) => node(child, key, 1))
    : node(value, null, 0));
}

function node(value, key, level) {
  if (value === null || typeof value !== "object") {
    return h("div", { class: "json-leaf" }, label(key), leaf(value));
  }
  const entries = Object.entries(value);
  if (!entries.length) {
    return h("div", { class: "json-leaf" }, label(key),
      h("span", { class: "json-mark" }, Array.isArray(value) ? "[]" : "{}"));
  }
  return branch(value, entries, key, level);
}

function branch(value, entries, key, level) {
  const isList = Array.isArray(value);
  const inside = h("div", { class: "json-inside" });
  const element = h("details", { class: "json-branch" },
    h("summary", {},
      label(key),
      h("span", { class: "json-mark json-count" },
        isList ? `[${entries.length}]` : `{${entries.length}}`),
      h("span", { class: "json-preview" }, ` ${preview(value)}`)),
    inside);
  const fill = () => {
    if (inside.childElementCount) return;
    inside.append(...entries.map(([name, child]) => node(child, name, level + 1)));
  };
  element.addEventListener("toggle", () => element.open && fill());
  if (level < OPEN_LEVELS && entries.length <= OPEN_KEYS) {
    element.open = true;
    fill();
  }
  return element;
}

function label(key) {
  return key === null ? null : [h("span", { class: "json-key" }, key),
    h("span", { class: "json-mark" }, ": ")];
}

function leaf(value) {
  const kind = typeof value === "string" || typeof value === "number" ? typeof value : "atom";
  return h("span", { class: `json-${kind}` }, JSON.stringify(value));
}

function preview(value) {
  const brief = (child) => {
    if (Array.isArray(child)) return child.length ? "[…]" : "[]";
    if (child && typeof child === "object") return "{…}";
    return JSON.stringify(child);
  };
  const text = Array.isArray(value)
    ? value.slice(0, 5).map(brief).join(", ")
    : Object.entries(value).slice(0, 6).map(([key, child]) => `${key}: ${brief(child)}`).join(", ");
  return text.length > PREVIEW ? `${text.slice(0, PREVIEW)}…` : text;
}
