/** Light or dark: as the system has it until the switch says otherwise. */

import { h, hiddenText } from "./dom.js";
import { icon } from "./icons.js";

const KEY = "playground theme";
const dark = matchMedia("(prefers-color-scheme: dark)");

/** Take up what was chosen on an earlier visit; called before anything is shown. */
export function restoreTheme() {
  const chosen = remembered();
  if (chosen) document.documentElement.dataset.theme = chosen;
}

/** The switch between light and dark. */
export function themeSwitch() {
  const sign = h("span", { class: "theme-sign" });
  const button = h("button", { type: "button", class: "icon-button", title: "Light or dark",
    onclick: () => choose(current() === "dark" ? "light" : "dark") },
  sign, hiddenText("Dark colors"));
  const show = () => {
    button.setAttribute("aria-pressed", String(current() === "dark"));
    sign.replaceChildren(icon(current() === "dark" ? "moon" : "sun"));
  };
  function choose(theme) {
    document.documentElement.dataset.theme = theme;
    remember(theme);
    show();
  }
  dark.addEventListener("change", show);
  show();
  return button;
}

function current() {
  return document.documentElement.dataset.theme ?? (dark.matches ? "dark" : "light");
}

function remembered() {
  try {
    const theme = localStorage.getItem(KEY);
    return theme === "dark" || theme === "light" ? theme : null;
  } catch {
    return null; // storage is switched off in this browser
  }
}

function remember(theme) {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // Storage is switched off in this browser: the choice lasts as long as the page.
  }
}
