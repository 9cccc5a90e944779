/** A form the bot asks to be filled in: text inputs and selects in a dialog. */

import { h, hiddenText, uniqueId } from "./dom.js";
import { icon } from "./icons.js";
import { renderMarkdown } from "./markdown.js";

const ROW = 1;
const STRING_SELECT = 3;
const TEXT_INPUT = 4;
const TEXT = 10;
const LABEL = 18;
const PARAGRAPH = 2; // style of a text input

/**
 * Open a form.
 *
 * @param {object} modal what INTERACTION_MODAL_CREATE carries
 * @param {{send: (components: object[]) => Promise<{ok: boolean}>, names: object, by: string}}
 *   context how to send it; `by` is the app's name
 */
export function openModal(modal, { send, names, by }) {
  const fields = modal.components.map((component) => fieldOf(component, names));
  const problem = h("p", { class: "dialog-problem", role: "alert" });
  const submit = h("button", { type: "submit", class: "button button-primary" }, "Submit");
  const cancel = h("button", { type: "button", class: "button button-plain",
    onclick: () => dialog.close() }, "Cancel");
  const heading = h("h2", { id: uniqueId("modal") }, modal.title);
  const form = h("form", { method: "dialog", onsubmit: onSubmit },
    h("div", { class: "dialog-head" }, heading,
      h("button", { type: "button", class: "icon-button", onclick: () => dialog.close() },
        icon("close"), hiddenText("Close"))),
    h("p", { class: "dialog-note" }, `This form is sent to ${by}.`),
    h("div", { class: "dialog-body" }, fields.map((field) => field.element)),
    problem,
    h("div", { class: "dialog-foot" }, cancel, submit));
  const dialog = h("dialog", { class: "dialog modal", "aria-labelledby": heading.id }, form);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  fields.find((field) => field.input)?.input.focus();

  async function onSubmit(event) {
    event.preventDefault();
    problem.textContent = "";
    submit.setAttribute("aria-busy", "true");
    submit.disabled = true;
    try {
      const answered = fields.map((field) => field.read()).filter(Boolean);
      const outcome = await send(answered);
      if (outcome.ok) dialog.close();
      else problem.textContent = "Something went wrong. Try again.";
    } catch (error) {
      problem.textContent = error.message;
    }
    submit.disabled = false;
    submit.removeAttribute("aria-busy");
  }
}

/** The element of one top-level component of a form, and how to read its answer. */
function fieldOf(component, names) {
  if (component.type === TEXT) {
    return { element: h("div", {}, renderMarkdown(component.content, names)), read: () => null };
  }
  if (component.type === LABEL) {
    const inner = inputOf(component.component, component.label, component.description);
    return { ...inner, read: () => ({ type: LABEL, id: component.id, component: inner.read() }) };
  }
  const [child] = component.components ?? [component];
  const inner = inputOf(child, child.label);
  return { ...inner, read: () => ({ type: ROW, id: component.id, components: [inner.read()] }) };
}

function inputOf(component, label, description = null) {
  const id = uniqueId("field");
  const required = component.required ?? true;
  const input = component.type === STRING_SELECT ? selectInput(component, id) : textInput(
    component, id, required,
  );
  const element = h("div", { class: "dialog-field" },
    h("label", { for: id }, label, required ? h("span", { class: "required" }, " *") : null),
    description ? h("p", { class: "field-description" }, description) : null,
    input);
  const read = () => (component.type === STRING_SELECT
    ? { type: STRING_SELECT, custom_id: component.custom_id,
      values: [...input.selectedOptions].map((option) => option.value).filter(Boolean) }
    : { type: TEXT_INPUT, custom_id: component.custom_id, value: input.value });
  return { element, input, read };
}

function textInput(component, id, required) {
  const long = component.style === PARAGRAPH;
  return h(long ? "textarea" : "input", {
    id,
    rows: long ? 4 : null,
    type: long ? null : "text",
    required,
    minlength: component.min_length || null,
    maxlength: component.max_length ?? 4000,
    placeholder: component.placeholder,
    value: component.value ?? "",
    autocomplete: "off",
  });
}

function selectInput(component, id) {
  const several = (component.max_values ?? 1) > 1;
  return h("select", { id, multiple: several, required: component.required ?? true },
    several ? null : h("option", { value: "" }, component.placeholder ?? "Make a selection"),
    (component.options ?? []).map((option) => (
      h("option", { value: option.value, selected: option.default }, option.label))));
}
