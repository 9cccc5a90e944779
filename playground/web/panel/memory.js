/** What the panel remembers from visit to visit, where the browser lets it. */

/** The text kept under a key, or null. */
export function recall(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null; // storage is switched off in this browser
  }
}

/** Keep a text. */
export function remember(key, text) {
  try {
    localStorage.setItem(key, text);
  } catch {
    // Storage is switched off in this browser: it lasts as long as the page.
  }
}
