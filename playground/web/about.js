/** What this page is, said where nobody can miss it, and the way from here to real Discord. */

import { h, hiddenText } from "./dom.js";
import { icon } from "./icons.js";

/** The line at the top of the page. */
export function renderAbout() {
  const dialog = realDiscord();
  return h("header", { class: "about", "aria-label": "About this page" },
    h("p", {},
      h("strong", {}, "A stand-in for Discord"),
      h("span", {}, ", running on this computer. Nothing you write here leaves it.")),
    h("button", { type: "button", class: "link", "aria-haspopup": "dialog",
      onclick: () => dialog.showModal() }, "Use it on real Discord"),
    dialog);
}

function realDiscord() {
  const dialog = h("dialog", { class: "dialog", "aria-labelledby": "real-discord" },
    h("div", { class: "dialog-head" },
      h("h2", { id: "real-discord" }, "Use it on real Discord"),
      h("button", { type: "button", class: "icon-button", onclick: () => dialog.close() },
        icon("close"), hiddenText("Close"))),
    h("div", { class: "dialog-body" },
      h("p", {}, "This page, its people and its channels exist only on this computer. The bot is",
        " the real one: the same program answers on Discord."),
      h("ol", { class: "steps" },
        h("li", {}, "Put your bot’s token into the file ", code(".env"), ": ",
          code("DISCORD_TOKEN=…")),
        h("li", {}, "Run ", code("make bot"), " instead of ", code("make run"), "."),
        h("li", {}, "Invite the bot to your server and type a command there.")),
      h("p", {}, "The README says where to get the token and how to invite the bot.")),
    h("div", { class: "dialog-foot" },
      h("button", { type: "button", class: "button button-primary",
        onclick: () => dialog.close() }, "Got it")));
  return dialog;
}

function code(text) {
  return h("code", { class: "md-code" }, text);
}
