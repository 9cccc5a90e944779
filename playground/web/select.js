/** A select under a message: one choice is sent at once, several when the list closes. */

import { Picker } from "./picker.js";

/**
 * @param {object} component type 3, 5, 6, 7 or 8
 * @param {{pending: string|null}} state
 * @param {{store: object, press: (component: object, values: string[]) => void}} context
 */
export function renderSelect(component, state, context) {
  const picker = new Picker(component, context.store, {
    busy: state.pending === component.custom_id,
    locked: Boolean(state.pending),
    commit: (values) => context.press(component, values),
  });
  return picker.element;
}
