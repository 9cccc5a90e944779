/** Taking dialogs out of the page once they are closed. */

/**
 * Take a closed dialog out.
 *
 * Chromium gives the focus back to a text field but forgets its caret when the dialog goes: keys
 * would arrive and write nothing. So the field is focused anew.
 *
 * @param {HTMLDialogElement} dialog
 */
export function takeOut(dialog) {
  const focused = document.activeElement;
  dialog.remove();
  if (!focused?.matches("input, textarea")) return;
  focused.blur();
  focused.focus();
}
