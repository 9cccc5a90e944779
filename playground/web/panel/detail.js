/** All there is to know of one item: facts, bodies, and what can be done with it. */

import { h, hiddenText } from "../dom.js";
import { icon } from "../icons.js";
import { copyButton } from "./copy.js";
import { curlOf } from "./curl.js";
import { bytes, clockTime, count, duration } from "./format.js";
import { renderJson } from "./json.js";
import { frameName, isUpward, statusOf } from "./row.js";

const WHO = { bot: "the bot", webhook: "the bot, by an interaction’s token",
  nobody: "nobody known" };
const LONG = 20; // characters: a longer fact has a line of its own

export class Detail {
  /** @param {{close: () => void, breakRoute: (route: string) => void}} actions */
  constructor(actions) {
    this.actions = actions;
    this.element = h("section", { class: "detail", "aria-label": "Details", tabindex: "-1",
      hidden: true });
    this.element.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      actions.close();
    });
  }

  /** Show an item; null hides the details. */
  show(item) {
    this.element.hidden = item === null;
    if (item === null) return;
    const isRest = item.kind === "rest";
    this.element.replaceChildren(
      h("header", { class: "detail-head" },
        h("h3", {}, isRest ? `${item.method} ${item.path}` : frameName(item)),
        h("button", { type: "button", class: "icon-button", onclick: () => this.actions.close() },
          icon("close"), hiddenText("Close details"))),
      h("div", { class: "detail-body", tabindex: "0", role: "group",
        "aria-label": "Facts and bodies" },
        isRest ? this.#actions(item) : null,
        facts(isRest ? restFacts(item) : gatewayFacts(item)),
        isRest
          ? [section("Request", item.request, item.uploads), section("Response", item.response)]
          : section("Data", item.data)));
    this.element.scrollTop = 0;
  }

  #actions(item) {
    const curl = curlOf(item, location.origin);
    return h("div", { class: "detail-actions" },
      curl
        ? copyButton("Copy as curl", () => curl)
        : h("span", { class: "hint" }, "Too long to copy as curl"),
      item.from === "person" ? null : h("button", {
        type: "button", class: "small-button", onclick: () => this.actions.breakRoute(item.route),
      }, icon("bolt"), "Make this call fail…"));
  }
}

function facts(pairs) {
  return h("dl", { class: "facts" }, pairs.filter(Boolean).map(([name, ...value]) => {
    const long = typeof value[0] === "string" && value[0].length > LONG;
    return h("div", { class: long && "long" }, h("dt", {}, name), h("dd", {}, value));
  }));
}

function restFacts(item) {
  const limit = item.ratelimit;
  return [
    ["Status", statusOf(item), item.status === null ? " the connection was cut" : ""],
    ["Took", duration(item.ms)],
    ["From", whoOf(item)],
    ["At", clockTime(item.at)],
    item.query ? ["Query", item.query] : null,
    item.fault ? ["Fault", h("span", { class: "fault-text" }, `${item.fault.did}`)] : null,
    limit ? ["Rate limit", `${limit.remaining} of ${limit.limit} left, all again in `
      + `${limit.reset_after.toFixed(1)} s${limit.scope ? ` (${limit.scope})` : ""}`] : null,
  ];
}

function gatewayFacts(item) {
  return [
    ["Opcode", `${item.op} ${item.op_name}`],
    ["Way", isUpward(item) ? `${whoOf(item)} → Discord` : `Discord → ${whoOf(item)}`],
    ["At", clockTime(item.at)],
    item.seq === null ? null : ["Sequence", count(item.seq)],
    item.session ? ["Session", item.session] : null,
    item.shard ? ["Shard", `${item.shard[0]} of ${item.shard[1]}`] : null,
  ];
}

function whoOf(item) {
  return WHO[item.who] ?? item.who;
}

function section(name, body, uploads = []) {
  const files = uploads?.length
    ? h("ul", { class: "uploads" }, uploads.map((file) => h("li", {}, icon("file"),
      file.filename, h("small", {}, bytes(file.size)))))
    : null;
  return h("details", { class: "body-section", open: true },
    h("summary", {}, h("span", {}, name),
      h("small", {}, body ? bytes(body.bytes) : files ? "" : "empty")),
    body ? contentOf(body) : null, files);
}

function contentOf(body) {
  const text = body.type === "json" ? JSON.stringify(body.value, null, 2) : body.text;
  return h("div", { class: "body-content" },
    copyButton("Copy", () => text),
    body.type === "json" ? renderJson(body.value) : h("pre", { class: "body-text" }, text),
    body.cut ? h("p", { class: "hint" },
      `Only the first ${count(text.length)} of ${count(body.bytes)} bytes are kept.`) : null);
}
