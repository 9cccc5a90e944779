/** The form that sets a fault: which call, what happens to it, and when. */

import { h, uniqueId } from "../dom.js";
import { addFault } from "./calls.js";
import { copyButton } from "./copy.js";
import { CALLERS, EFFECTS, ROUTES, TIMES } from "./presets.js";

export class FaultForm {
  /**
   * @param {() => Iterable<string>} seen the routes that were seen
   * @param {() => void} onAdded
   */
  constructor(seen, onAdded) {
    this.seen = seen;
    this.onAdded = onAdded;
    const list = h("datalist", { id: uniqueId("routes") });
    this.routes = list;
    this.route = h("input", { type: "text", class: "panel-input mono", required: true,
      spellcheck: "false", autocomplete: "off", list: list.id, value: ROUTES[1][0],
      onfocus: () => this.#offerRoutes() });
    this.effect = h("select", { class: "panel-select" }, EFFECTS.map(([group, effects]) => (
      h("optgroup", { label: group }, effects.map(([key, name]) => (
        h("option", { value: key }, name)))))));
    this.status = number("Status", 400, { min: 400, max: 599 });
    this.code = number("Code", 50035, { min: 0, max: 999999 });
    this.message = h("input", { type: "text", class: "panel-input", "aria-label": "Message",
      placeholder: "Message" });
    this.own = h("div", { class: "form-row" }, this.status, this.code, this.message);
    this.times = choice(TIMES);
    this.number = number("Number", 2, { min: 1, max: 9999 });
    this.caller = choice(CALLERS);
    this.delay = number("Seconds to wait first", 0, { min: 0, max: 600, step: 0.1 });
    this.problem = h("p", { class: "panel-problem", role: "alert" });
    this.preview = h("code", { class: "fault-preview" });
    this.element = this.#build();
    this.#changed();
  }

  /** Begin a fault for a route. */
  prepare(route) {
    this.route.value = route;
    this.#changed();
    this.effect.focus();
  }

  #build() {
    return h("form", { class: "fault-form", oninput: () => this.#changed(),
      onsubmit: (event) => this.#submit(event) },
    field("When the playground is called for", this.route),
    this.routes,
    field("this happens", this.effect),
    this.own,
    h("div", { class: "form-row" },
      field("at", this.times),
      this.number,
      field("of", this.caller),
      field("waiting first, in seconds", this.delay)),
    h("div", { class: "form-foot" },
      h("button", { type: "submit", class: "button button-primary" }, "Set this fault")),
    this.problem,
    h("details", { class: "as-request" },
      h("summary", {}, "The same from a script"),
      this.preview,
      copyButton("Copy as curl", () => (
        `curl ${location.origin}/playground/faults -H "Content-Type: application/json" \\\n`
          + `  -d '${JSON.stringify(this.#document()).replaceAll("'", "'\\''")}'`))));
  }

  #offerRoutes() {
    const known = new Map(ROUTES);
    for (const route of this.seen()) if (!known.has(route)) known.set(route, "seen");
    this.routes.replaceChildren(...[...known].map(([route, meaning]) => (
      h("option", { value: route, label: `${route} (${meaning})` }))));
  }

  #changed() {
    this.own.hidden = this.effect.value !== "custom";
    this.number.hidden = !TIMES.find(([key]) => key === this.times.value)[2];
    this.problem.textContent = "";
    const text = JSON.stringify(this.#document(), null, 1);
    this.preview.textContent = `POST /playground/faults\n${text}`;
  }

  #document() {
    const times = {
      next: { nth: 1 },
      nth: { nth: Number(this.number.value) },
      every: { every: Number(this.number.value) },
      always: { always: true },
    }[this.times.value];
    const from = this.caller.value === "bot" ? {} : { from: this.caller.value };
    return { route: this.route.value.trim(), ...times, ...from, do: this.#effect() };
  }

  #effect() {
    const found = EFFECTS.flatMap(([, effects]) => effects)
      .find(([key]) => key === this.effect.value)[2];
    const effect = found ?? {
      status: Number(this.status.value),
      ...(this.code.value ? { code: Number(this.code.value) } : {}),
      ...(this.message.value ? { message: this.message.value } : {}),
    };
    const delay = Number(this.delay.value);
    return delay > 0 ? { ...effect, delay } : effect;
  }

  async #submit(event) {
    event.preventDefault();
    if (this.effect.value === "delay" && !(Number(this.delay.value) > 0)) {
      this.delay.value = "2";
      this.#changed();
    }
    try {
      await addFault(this.#document());
      this.onAdded();
    } catch (error) {
      this.problem.textContent = error.message;
    }
  }
}

/** A control under its name. */
export function field(name, control) {
  return h("label", { class: "panel-field" }, h("span", {}, name), control);
}

/** A field for a number; its name is said, its limits are checked by the browser. */
export function number(name, value, limits) {
  return h("input", { type: "number", class: "panel-input panel-number", "aria-label": name,
    title: name, value, ...limits });
}

function choice(options) {
  return h("select", { class: "panel-select" }, options.map(([value, name]) => (
    h("option", { value }, name))));
}
