/** A form the bot asks to be filled in, as a dialog. What is refused stays filled in. */

import { takeOut } from "./dialogs.js";
import { h, hiddenText, uniqueId } from "./dom.js";
import { icon } from "./icons.js";
import { fieldsOf } from "./modal/fields.js";

/**
 * Open a form.
 *
 * @param {object} modal what INTERACTION_MODAL_CREATE carries
 * @param {object} context
 * @param {(components: object[], files: File[]) => Promise<{ok: boolean}>} context.send
 * @param {object} context.names see renderMarkdown
 * @param {import("./store.js").Store} context.store
 * @param {string} context.by the app's name
 */
export function openModal(modal, context) {
  new Modal(modal, context).open();
}

class Modal {
  constructor(modal, { send, names, store, by }) {
    this.send = send;
    this.fields = fieldsOf(modal.components, { names, store });
    this.problem = h("p", { class: "dialog-problem", role: "alert" });
    this.submit = h("button", { type: "submit", class: "button button-primary" },
      h("span", {}, "Submit"));
    const heading = h("h2", { id: uniqueId("modal") }, modal.title);
    const note = h("p", { class: "dialog-note", id: uniqueId("note") },
      icon("apps"), `This form is sent to ${by}.`);
    // The browser's own bubbles would hide what is wrong once they are gone.
    const form = h("form", { novalidate: true, onsubmit: (event) => this.#submitted(event) },
      h("div", { class: "dialog-head" }, heading,
        h("button", { type: "button", class: "icon-button", onclick: () => this.dialog.close() },
          icon("close"), hiddenText("Close"))),
      note,
      h("div", { class: "dialog-body" }, this.fields.map((field) => field.element)),
      this.problem,
      h("div", { class: "dialog-foot" },
        h("button", { type: "button", class: "button button-plain",
          onclick: () => this.dialog.close() }, "Cancel"),
        this.submit));
    this.dialog = h("dialog", { class: "dialog modal", "aria-labelledby": heading.id,
      "aria-describedby": note.id, onclose: () => takeOut(this.dialog) }, form);
  }

  open() {
    document.body.append(this.dialog);
    this.dialog.showModal();
    this.fields.find((field) => field.input)?.input.focus();
  }

  async #submitted(event) {
    event.preventDefault();
    if (this.submit.getAttribute("aria-busy") || !this.#complete()) return;
    this.#busy(true);
    try {
      const { components, files } = this.#answers();
      const outcome = await this.send(components, files);
      if (outcome.ok) this.dialog.close();
      else this.problem.textContent = "Something went wrong. Try again.";
    } catch (error) {
      this.#blame(error);
    }
    this.#busy(false);
  }

  /** Say at every field what it lacks, and go to the first. */
  #complete() {
    this.problem.textContent = "";
    const lacking = this.fields.filter((field) => {
      field.complain(field.check?.() ?? "");
      return field.wrong;
    });
    lacking[0]?.input.focus();
    return lacking.length === 0;
  }

  #answers() {
    const files = [];
    const components = this.fields.map((field) => field.read?.(files)).filter(Boolean);
    return { components, files };
  }

  /** Show what the server found wrong, each at the field it is about. */
  #blame(error) {
    const listed = error.body?.errors?.data?.components ?? {};
    let told = false;
    this.answering = this.fields.filter((field) => field.read);
    for (const [index, node] of Object.entries(listed)) {
      const field = this.answering[Number(index)];
      const message = firstMessage(node);
      if (!field?.complain || !message) continue;
      field.complain(message);
      if (!told) field.input?.focus();
      told = true;
    }
    if (!told) this.problem.textContent = error.message;
  }

  #busy(busy) {
    this.submit.classList.toggle("pending", busy);
    this.submit.querySelector(".spinner")?.remove();
    if (busy) {
      this.submit.setAttribute("aria-busy", "true");
      this.submit.append(h("span", { class: "spinner", "aria-hidden": "true" }));
    } else {
      this.submit.removeAttribute("aria-busy");
    }
  }
}

/** The first message in a tree of Discord's errors. */
function firstMessage(node) {
  if (!node || typeof node !== "object") return null;
  if (node._errors?.length) return node._errors[0].message;
  for (const child of Object.values(node)) {
    const found = firstMessage(child);
    if (found) return found;
  }
  return null;
}
