/** What may befall the bot's connections to the gateway. */

import { h } from "../dom.js";
import { strikeGateway } from "./calls.js";
import { CLOSE_CODES } from "./presets.js";

const SILENCE_S = 30;

const DEEDS = [
  ["Ask to reconnect", "op 7: it comes back and resumes", { do: "reconnect" }],
  ["Invalidate, resumable", "op 9 true: it resumes", { do: "invalidate", resumable: true }],
  ["Invalidate for good", "op 9 false: it identifies anew", { do: "invalidate", resumable: false }],
  ["Ask for a heartbeat", "op 1: it beats at once", { do: "request_heartbeat" }],
  [`Fall silent for ${SILENCE_S} s`, "no event, no heartbeat answered",
    { do: "silence", seconds: SILENCE_S }],
  ["End the silence", "all goes on", { do: "silence", seconds: 0 }],
];

/** @returns {HTMLElement} */
export function gatewayFaults() {
  const said = h("p", { class: "said", role: "status" });
  const code = h("select", { class: "panel-select", "aria-label": "Close code" },
    CLOSE_CODES.map(([value, name]) => h("option", { value }, name)));
  const strike = async (what) => {
    said.textContent = "";
    try {
      const struck = await strikeGateway(what);
      said.textContent = struck
        ? `Done to ${struck === 1 ? "the bot’s connection" : `${struck} connections of the bot`}.`
        : "The bot is not connected.";
    } catch (error) {
      said.textContent = error.message;
    }
  };
  return h("section", { class: "panel-part" },
    h("h3", {}, "The gateway"),
    h("div", { class: "form-row cut-row" }, code,
      h("button", { type: "button", class: "button button-danger",
        onclick: () => strike({ do: "close", code: Number(code.value) }) }, "Cut the connection")),
    h("div", { class: "deeds" }, DEEDS.map(([name, note, what]) => (
      h("button", { type: "button", class: "deed", onclick: () => strike(what) },
        h("strong", {}, name), h("small", {}, note))))),
    said);
}
