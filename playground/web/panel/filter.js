/** Which of the traffic is shown: kinds, whose it is, and a text in it. */

import { h, hiddenText } from "../dom.js";
import { icon } from "../icons.js";

const HEARTBEATS = new Set([1, 11]);
const IDENTIFY = 2;
const HELLO = 10;
const TYPING_LASTS = 150; // ms
const KINDS = [["rest", "REST"], ["gateway", "Gateway"], ["heartbeats", "Heartbeats"]];

/** Fires `change`. */
export class Filter extends EventTarget {
  constructor() {
    super();
    this.on = { rest: true, gateway: true, heartbeats: false };
    this.whose = "bot";
    this.text = "";
    this.search = h("input", { type: "search", class: "panel-search", "aria-label": "Search",
      placeholder: "Search paths, events and bodies", oninput: () => this.#typed() });
    this.field = h("div", { class: "search-field" }, icon("search"), this.search);
    const whose = h("select", { class: "panel-select", "aria-label": "Whose traffic",
      onchange: () => {
        this.whose = whose.value;
        this.#changed();
      } },
    h("option", { value: "bot" }, "The bot’s"),
    h("option", { value: "person" }, "People’s"),
    h("option", { value: "all" }, "Everybody’s"));
    this.element = h("div", { class: "filters", role: "group", "aria-label": "What is shown" },
      KINDS.map(([kind, name]) => this.#chip(kind, name)), whose);
  }

  /** Whether an item is to be shown. */
  shows(item) {
    if (item.kind === "note") return true;
    if (!this.on[item.kind]) return false;
    if (item.kind === "gateway" && HEARTBEATS.has(item.op) && !this.on.heartbeats) return false;
    if (this.whose !== "all" && whose(item) !== this.whose) return false;
    return !this.text || searchable(item).includes(this.text);
  }

  #chip(kind, name) {
    const chip = h("button", { type: "button", class: "chip",
      onclick: () => {
        this.on[kind] = !this.on[kind];
        chip.setAttribute("aria-pressed", String(this.on[kind]));
        this.#changed();
      } }, icon("check"), name);
    chip.setAttribute("aria-pressed", String(this.on[kind]));
    return chip;
  }

  #typed() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.text = this.search.value.trim().toLowerCase();
      this.#changed();
    }, TYPING_LASTS);
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}

/** A button that is on or off. */
export function toggle(name, label, onToggle) {
  return h("button", { type: "button", class: "icon-button", title: label, "aria-pressed": "false",
    onclick: onToggle }, icon(name), hiddenText(label));
}

/** Whose an item is, as far as one can know before somebody has said who they are. */
function whose(item) {
  if (item.from || item.kind === "rest") return item.from ?? "bot";
  if (item.op === HELLO) return null;
  // The page and the playground's own client say so when they introduce themselves.
  const client = String(item.data?.value?.properties?.browser);
  return item.op === IDENTIFY && client.startsWith("playground") ? "person" : "bot";
}

function searchable(item) {
  const parts = item.kind === "rest"
    ? [item.method, item.path, item.query, item.who, item.status, text(item.request),
      text(item.response), item.fault?.did]
    : [item.op_name, item.event, item.who, text(item.data)];
  return parts.join(" ").toLowerCase();
}

function text(body) {
  if (!body) return "";
  return body.type === "json" ? JSON.stringify(body.value) : body.text;
}
