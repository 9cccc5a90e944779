/**
 * The components of a form as fields.
 *
 * A field has `element`; where it is answered also `input` (what takes the focus), `check()` (what
 * is wrong with the answer, "" for nothing), `complain(text)` (say it at the field), `wrong`, and
 * `read(files)` (the component to send; files to send along are added to the list).
 */

import { h, uniqueId } from "../dom.js";
import { renderMarkdown } from "../markdown.js";
import { checkboxControl, groupControl } from "./choices.js";
import { pickerControl } from "./pick.js";
import { textControl } from "./text.js";
import { uploadControl } from "./upload.js";

const ROW = 1;
const TEXT_DISPLAY = 10;
const LABEL = 18;
const CONTROLS = {
  3: pickerControl,
  4: textControl,
  5: pickerControl,
  6: pickerControl,
  7: pickerControl,
  8: pickerControl,
  19: uploadControl,
  21: groupControl,
  22: groupControl,
  23: checkboxControl,
};

/**
 * @param {object[]} components those at the top of the form
 * @param {{names: object, store: object}} context
 */
export function fieldsOf(components, context) {
  return components.map((component) => fieldOf(component, context));
}

function fieldOf(component, context) {
  if (component.type === TEXT_DISPLAY) {
    return {
      element: h("div", { class: "markdown" }, renderMarkdown(component.content, context.names)),
      complain() {},
      // Sent back empty, so that the places of the others stay what they were.
      read: () => ({ type: TEXT_DISPLAY, id: component.id }),
    };
  }
  if (component.type === LABEL) {
    const field = new Field(component.component, component.label, component.description, context);
    field.read = (files) => ({
      type: LABEL, id: component.id, component: field.control.read(files),
    });
    return field;
  }
  const [child] = component.components ?? [component];
  const field = new Field(child, child.label, null, context);
  field.read = (files) => ({
    type: ROW, id: component.id, components: [field.control.read(files)],
  });
  return field;
}

/** A label, what it says more, the control, and what is wrong. */
class Field {
  constructor(component, label, description, context) {
    const make = CONTROLS[component.type] ?? unknownControl;
    const ids = { control: uniqueId("field"), label: uniqueId("label"), note: uniqueId("note"),
      problem: uniqueId("problem") };
    const about = [description ? ids.note : null, ids.problem].filter(Boolean).join(" ");
    this.control = make(component, {
      ids, label, description, about, store: context.store, changed: () => this.complain(""),
    });
    const { required = true } = component;
    const name = [label, required ? h("span", { class: "required", title: "required" }, " *")
      : null];
    this.problem = h("p", { class: "field-problem", id: ids.problem });
    const head = this.control.inline ? null : [
      this.control.group
        ? h("p", { class: "field-label", id: ids.label }, name)
        : h("label", { class: "field-label", id: ids.label, for: ids.control }, name),
      description ? h("p", { class: "field-description", id: ids.note }, description) : null,
    ];
    this.element = h("div", { class: "dialog-field" }, head, this.control.element, this.problem);
    this.wrong = false;
  }

  get input() {
    return this.control.input;
  }

  check() {
    return this.control.check();
  }

  complain(text) {
    this.wrong = Boolean(text);
    if (this.problem.textContent !== text) this.problem.textContent = text;
    this.element.classList.toggle("wrong", this.wrong);
    if (this.wrong) this.input?.setAttribute("aria-invalid", "true");
    else this.input?.removeAttribute("aria-invalid");
  }
}

function unknownControl(component) {
  return {
    element: h("p", {}, `A component of type ${component.type}, which this page does not know.`),
    input: null,
    check: () => "",
    read: () => ({ type: component.type, custom_id: component.custom_id }),
  };
}
