/** A text input of a form: one line or several, with a count where there is a limit. */

import { h } from "../dom.js";

const PARAGRAPH = 2;
const LONGEST = 4000;

/** @param {object} component a text input; for the rest see fields.js */
export function textControl(component, { ids, about, changed }) {
  const long = component.style === PARAGRAPH;
  const { min_length: least = 0, max_length: most = LONGEST, required = true } = component;
  const input = h(long ? "textarea" : "input", {
    id: ids.control,
    rows: long ? 4 : null,
    type: long ? null : "text",
    "aria-required": required ? "true" : null,
    "aria-describedby": about,
    // Not `maxlength`: who pastes too much should see what to take away.
    placeholder: component.placeholder,
    value: component.value ?? "",
    autocomplete: "off",
    oninput: () => {
      count();
      changed();
    },
  });
  const counter = h("span", { class: "field-count", "aria-hidden": "true" });
  count();

  function count() {
    const length = [...input.value].length;
    const limited = component.max_length !== undefined || length > LONGEST - 500;
    counter.textContent = limited ? `${length} / ${most}` : "";
    counter.classList.toggle("over", length > most);
  }

  return {
    element: h("div", { class: "field-with-count" }, input, counter),
    input,
    check() {
      const length = [...input.value].length;
      if (!length) return required ? "This field is required." : "";
      if (length < least) return `Write at least ${least} characters; it has ${length}.`;
      return length > most ? `Write at most ${most} characters; it has ${length}.` : "";
    },
    read: () => ({ type: 4, custom_id: component.custom_id, value: input.value }),
  };
}
