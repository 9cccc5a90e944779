/** A select of a form. */

import { Picker } from "../picker.js";

/** @param {object} component a select of any type; for the rest see fields.js */
export function pickerControl(component, { ids, label, about, store, changed }) {
  const picker = new Picker(component, store, { commit: changed, label });
  picker.button.id = ids.control;
  picker.button.setAttribute("aria-describedby", `${about} ${picker.hint.id}`);
  const { required = true } = component;
  return {
    element: picker.element,
    input: picker.button,
    check() {
      const { length } = picker.values;
      if (!length) return required && picker.least > 0 ? "Choose something." : "";
      return length < picker.least ? `Choose at least ${picker.least}.` : "";
    },
    read: () => ({
      type: component.type, custom_id: component.custom_id, values: picker.values,
    }),
  };
}
