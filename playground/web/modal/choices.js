/** Radio buttons and checkboxes of a form. */

import { h, uniqueId } from "../dom.js";

const RADIO_GROUP = 21;
const CHECKBOX = 23;

/** A group of radio buttons or of checkboxes. */
export function groupControl(component, { ids, about, changed }) {
  const radio = component.type === RADIO_GROUP;
  const { required = true, options = [] } = component;
  const least = component.min_values ?? (required ? 1 : 0);
  const most = component.max_values ?? options.length;
  const name = uniqueId("choice");
  const inputs = options.map((option) => h("input", {
    type: radio ? "radio" : "checkbox", name, value: option.value, checked: option.default,
    onchange: changed,
  }));
  const chosen = () => inputs.filter((input) => input.checked).map((input) => input.value);
  return {
    group: true,
    element: h("div", { class: "choices", role: radio ? "radiogroup" : "group",
      "aria-labelledby": ids.label, "aria-describedby": about },
    options.map((option, index) => choice(inputs[index], option.label, option.description))),
    input: inputs[0],
    check() {
      const { length } = chosen();
      if (!length && !required) return "";
      if (radio) return length || !required ? "" : "Choose one.";
      if (length < least) return least > 1 ? `Choose at least ${least}.` : "Choose something.";
      return length > most ? `Choose no more than ${most}.` : "";
    },
    read: () => (radio
      ? { type: component.type, custom_id: component.custom_id, value: chosen()[0] ?? null }
      : { type: component.type, custom_id: component.custom_id, values: chosen() }),
  };
}

/** One checkbox, with the field's label at its right. */
export function checkboxControl(component, { ids, label, description, about, changed }) {
  const input = h("input", {
    type: "checkbox", id: ids.control, checked: component.default, "aria-describedby": about,
    onchange: changed,
  });
  return {
    inline: true,
    element: h("div", { class: "choices" }, choice(input, label, description)),
    input,
    check: () => "",
    read: () => ({ type: CHECKBOX, custom_id: component.custom_id, value: input.checked }),
  };
}

function choice(input, label, description) {
  const note = uniqueId("note");
  if (description) input.setAttribute("aria-describedby", note);
  return h("label", { class: "choice" }, input,
    h("span", { class: "choice-text" }, h("span", {}, label),
      description ? h("small", { id: note }, description) : null));
}
