/** One line of the traffic. */

import { h, hiddenText } from "../dom.js";
import { icon } from "../icons.js";
import { clockTime, duration, shortPath } from "./format.js";

/**
 * @param {object} item of the feed
 * @returns {HTMLElement} without role and place: the list sets them
 */
export function renderRow(item) {
  if (item.kind === "note") return h("div", { class: "row row-note" }, item.text);
  const line = item.kind === "rest" ? restLine(item) : gatewayLine(item);
  return h("div", { class: `row row-${item.kind}`, title: titleOf(item) },
    direction(item), line);
}

/** Whether an item goes to Discord: a call, or a frame of a client's. */
export function isUpward(item) {
  return item.kind === "rest" || item.direction === "in";
}

/** "503", or "cut" where no answer left. */
export function statusOf(item) {
  const failed = item.status === null || item.status >= 400;
  return h("span", { class: `status ${failed ? "status-bad" : "status-good"}` },
    item.status ?? "cut");
}

/** What a gateway frame is: its event, or its opcode's name. */
export function frameName(item) {
  return item.event ?? item.op_name;
}

function direction(item) {
  const up = isUpward(item);
  return h("span", { class: `direction ${up ? "direction-up" : "direction-down"}` },
    h("span", { "aria-hidden": "true" }, up ? "↑" : "↓"),
    hiddenText(up ? "to Discord, " : "from Discord, "));
}

function restLine(item) {
  return [
    h("span", { class: `badge badge-${item.method.toLowerCase()}` }, item.method),
    h("span", { class: "row-name" }, shortPath(item.path)),
    item.from === "person" ? h("span", { class: "row-who" }, item.who) : null,
    item.fault
      ? h("span", { class: "row-fault" }, icon("bolt"), hiddenText(`fault: ${item.fault.did}`))
      : null,
    statusOf(item),
    h("span", { class: "row-time" }, duration(item.ms)),
  ];
}

function gatewayLine(item) {
  return [
    h("span", { class: "badge badge-gateway" }, item.op === 0 ? "EVENT" : "GATEWAY"),
    h("span", { class: "row-name" }, frameName(item)),
    item.from === "person" ? h("span", { class: "row-who" }, item.who) : null,
    h("span", { class: "row-time" }, item.seq === null ? "" : `s ${item.seq}`),
  ];
}

function titleOf(item) {
  const name = item.kind === "rest" ? `${item.method} ${item.path}` : frameName(item);
  return `${clockTime(item.at)}  ${name}`;
}
