/** Links whose text is not their address: one is asked before following them. */

import { ask } from "./ask.js";
import { h } from "./dom.js";

/** Watch all such links of the page; called once. */
export function guardMaskedLinks() {
  document.addEventListener("click", async (event) => {
    const link = event.target.closest?.("a[data-masked]");
    if (!link || event.defaultPrevented) return;
    event.preventDefault();
    const address = link.href;
    const go = await ask({
      title: "Leaving the playground",
      body: [
        h("p", {}, "This link leads to another site:"),
        h("p", {}, h("code", { class: "md-code" }, address)),
      ],
      action: "Visit the site",
    });
    if (go) window.open(address, "_blank", "noopener,noreferrer");
  });
}
