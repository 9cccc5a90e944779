/**
 * What was begun in each place, for when one comes back.
 *
 * Texts and filled-in commands also outlast a reload, in the tab where they were written; files
 * and the answered message do not.
 */

const KEY = "playground drafts";

/**
 * @typedef {object} Draft
 * @property {string} [text]
 * @property {import("./options.js").OptionFields|null} [fields] the pills of a command
 * @property {object} [extras] see PlainMessage
 * @property {import("./commandline.js").Kept|null} [command] pills of before the reload, for which
 *   the commands have to be known first
 */

export class Drafts {
  constructor() {
    this.drafts = new Map(recall()); // by user and channel
  }

  /** @returns {Draft|undefined} */
  get(place) {
    return this.drafts.get(place);
  }

  /** Keep what was begun in a place; of nothing, nothing is kept. */
  set(place, draft) {
    if (isEmpty(draft)) this.drafts.delete(place);
    else this.drafts.set(place, draft);
  }

  /** Keep all of it for the next load of the page. */
  save() {
    const lasting = [...this.drafts].map(([place, draft]) => [place, lastingPart(draft)]);
    remember(lasting.filter(([, draft]) => !isEmpty(draft)));
  }
}

function isEmpty({ text, fields, extras, command }) {
  return !(text || fields || command || extras?.reply || extras?.files?.length);
}

/** A draft as it can be written down: a command as what stands in its pills, without the files. */
function lastingPart({ text, fields, command }) {
  if (!fields) return { text, command };
  const contents = [...fields.contents].filter(([, content]) => content.text !== undefined);
  return { command: { name: fields.entry.name, contents } };
}

function recall() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY)) ?? [];
  } catch {
    return []; // storage is switched off in this browser
  }
}

function remember(drafts) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(drafts));
  } catch {
    // Storage is switched off in this browser: drafts last as long as the page.
  }
}
