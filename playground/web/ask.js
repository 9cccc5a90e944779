/** A question in a small dialog, before something that cannot be taken back. */

import { takeOut } from "./dialogs.js";
import { h, uniqueId } from "./dom.js";

/**
 * @param {{title: string, body: (Node|string)[], action: string, danger?: boolean}} question
 *   `action` is what the button says that goes on
 * @returns {Promise<boolean>} whether to go on
 */
export function ask({ title, body, action, danger = false }) {
  const heading = h("h2", { id: uniqueId("ask") }, title);
  const text = h("div", { class: "dialog-body", id: uniqueId("ask") }, body);
  const go = h("button", { type: "button", value: "go",
    class: `button ${danger ? "button-danger" : "button-primary"}`,
    onclick: () => dialog.close("go") }, action);
  const dialog = h("dialog", { class: "dialog ask", role: "alertdialog",
    "aria-labelledby": heading.id, "aria-describedby": text.id },
  h("div", { class: "dialog-head" }, heading),
  text,
  h("div", { class: "dialog-foot" },
    h("button", { type: "button", class: "button button-plain", onclick: () => dialog.close() },
      "Cancel"), go));
  document.body.append(dialog);
  dialog.showModal();
  go.focus();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      takeOut(dialog);
      resolve(dialog.returnValue === "go");
    });
  });
}
