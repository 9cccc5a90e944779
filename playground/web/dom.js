/**
 * Making elements. Text only ever becomes text nodes: nothing in the chat page parses HTML, so
 * whatever a bot or a user writes cannot become markup.
 */

/**
 * Make an element.
 *
 * @param {string} tag its name
 * @param {object} [props] attributes; `on…` adds a listener, `dataset` data attributes, `value`
 *   sets the property; null, undefined and false are left out
 * @param {...(Node|string|null|false|Array)} children nodes and text, nested lists allowed
 * @returns {HTMLElement}
 */
export function h(tag, props, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "dataset") Object.assign(element.dataset, value);
    else if (name === "value") element.value = value;
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...present(children));
  return element;
}

/** The children that are there, flattened. */
export function present(children) {
  return children.flat(Infinity).filter((child) => child !== null && child !== undefined
    && child !== false);
}

let lastId = 0;

/** An id no other element of the page has. */
export function uniqueId(prefix) {
  lastId += 1;
  return `${prefix}-${lastId}`;
}

/** Text for screen readers only. */
export function hiddenText(text) {
  return h("span", { class: "sr-only" }, text);
}
