/** The form in which a file that waits gets a name, a description and its spoiler mark. */

import { h, hiddenText, uniqueId } from "../dom.js";
import { icon } from "../icons.js";

const LONGEST_NAME = 240; // Discord takes 260; SPOILER_ may come before it
const LONGEST_DESCRIPTION = 1024;

/**
 * Ask for a file's name, description and spoiler mark.
 *
 * @param {import("./tray.js").Waiting} waiting
 * @returns {Promise<{name: string, description: string, spoiler: boolean}|null>} null where nothing
 *   is to change
 */
export function editFile(waiting) {
  const title = h("h2", { id: uniqueId("file") }, "Change the file");
  const name = h("input", { type: "text", id: uniqueId("name"), value: waiting.name, required: true,
    maxlength: LONGEST_NAME, autocomplete: "off" });
  const description = h("textarea", { id: uniqueId("description"), rows: 3,
    value: waiting.description, maxlength: LONGEST_DESCRIPTION });
  const spoiler = h("input", { type: "checkbox", checked: waiting.spoiler });
  return new Promise((resolve) => {
    let answer = null;
    const form = h("form", { method: "dialog",
      onsubmit: () => {
        answer = { name: name.value.trim() || waiting.name,
          description: description.value.trim(), spoiler: spoiler.checked };
      } },
    h("div", { class: "dialog-head" }, title,
      h("button", { type: "button", class: "icon-button", onclick: () => dialog.close() },
        icon("close"), hiddenText("Close"))),
    h("div", { class: "dialog-body" },
      h("div", { class: "dialog-field" }, h("label", { for: name.id }, "File name"), name),
      h("div", { class: "dialog-field" },
        h("label", { for: description.id }, "Description for those who cannot see it"),
        description),
      h("label", { class: "check" }, spoiler, "Mark as a spoiler")),
    h("div", { class: "dialog-foot" },
      h("button", { type: "button", class: "button button-plain",
        onclick: () => dialog.close() }, "Cancel"),
      h("button", { type: "submit", class: "button button-primary" }, "Save")));
    const dialog = h("dialog", { class: "dialog", "aria-labelledby": title.id }, form);
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(answer);
    });
    document.body.append(dialog);
    dialog.showModal();
    description.focus();
  });
}
