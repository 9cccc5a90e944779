/**
 * Slash text to a command and the texts of its options.
 *
 * Nothing here touches the page.
 */

/** Discord's types of options. */
export const OptionType = {
  SUB_COMMAND: 1, SUB_COMMAND_GROUP: 2, STRING: 3, INTEGER: 4, BOOLEAN: 5, USER: 6, CHANNEL: 7,
  ROLE: 8, MENTIONABLE: 9, NUMBER: 10, ATTACHMENT: 11,
};

/**
 * Which command a slash text names completely, and what follows.
 *
 * @param {string} text such as "/imagine a red star"
 * @returns {{entry: object, rest: string|null}|null} `rest` is null where not even a space follows
 */
export function splitCommand(text, entries) {
  const body = text.replace(/^\//, "");
  const fitting = entries
    .filter(({ name }) => body.toLowerCase() === name
      || (body.toLowerCase().startsWith(name) && /\s/.test(body[name.length])))
    .sort((a, b) => b.name.length - a.name.length);
  if (!fitting.length) return null;
  const [entry] = fitting;
  return { entry, rest: body.length === entry.name.length ? null : body.slice(entry.name.length) };
}

/**
 * The options within the text after a command's name.
 *
 * "prompt: a red star seed: 7" names them; text before the first name goes to the option one would
 * fill first: a required string, else any string, else whatever else can be typed. A value in
 * quotes is taken whole: names inside it are text, and the quotes fall away.
 *
 * @param {string} text
 * @param {object[]} options
 * @returns {{values: Map<string, string>, last: string|null, stray: string, unknown: string[],
 *   kept: string[]}} `last` is the name of the option the text ends in, `stray` what belongs to
 *   none, `unknown` names that look like options, are none and were left out, and `kept` those
 *   that stay in a text, which may well have a colon
 */
export function parseOptions(text, options) {
  const values = new Map();
  const found = optionNames(text, options);
  const names = found.filter(({ option }) => option);
  const first = names[0]?.start ?? text.length;
  const leading = leadOption(options);
  // Only in a free text may a name that is no option be meant as a word.
  const before = found.filter(({ start }) => start < first);
  const lead = text.slice(0, isFreeText(leading) ? first : before[0]?.start ?? first).trim();
  const unknown = [];
  const kept = [];
  let last = null;
  let stray = "";
  if (lead) {
    last = leading?.name ?? null;
    if (last) values.set(last, unquoted(lead));
    else stray = lead;
  }
  names.forEach(({ option, end }, index) => {
    const until = names[index + 1]?.start ?? text.length;
    const strangers = found.filter((each) => !each.option && each.start >= end
      && each.start < until);
    const isText = isFreeText(option);
    (isText ? kept : unknown).push(...strangers.map(({ name }) => name));
    const cut = isText ? until : strangers[0]?.start ?? until;
    values.set(option.name, unquoted(text.slice(end, cut).trim()));
    last = option.name;
  });
  // A lead with a colon in it is prose, as long as nothing else in the line is named.
  if (!isFreeText(leading)) unknown.unshift(...before.map(({ name }) => name));
  else if (names.length && lead) kept.unshift(...before.map(({ name }) => name));
  return { values, last, stray, unknown, kept };
}

/** The option that text without a name belongs to. */
export function leadOption(options) {
  const strings = options.filter((option) => option.type === OptionType.STRING);
  const others = options.filter((option) => option.type !== OptionType.ATTACHMENT);
  const required = (option) => option.required;
  return strings.find(required) ?? strings[0] ?? others.find(required) ?? others[0];
}

/**
 * The option whose name has just been typed at the end of a text, as in "a red star seed:".
 *
 * @returns {{option: object, before: string}|null} `before` is the text without the name
 */
export function nameAtEnd(text, options) {
  const match = /(?:^|\s)([-_\p{L}\p{N}]+):$/u.exec(text);
  const option = match && options.find(({ name }) => name === match[1].toLowerCase());
  return option ? { option, before: text.slice(0, match.index) } : null;
}

/** Whatever stands in the text as a name with its colon, outside of quoted values. */
function optionNames(text, options) {
  const quoted = quotedSpans(text);
  const seen = new Set();
  const found = [];
  for (const match of text.matchAll(/(?:^|\s)([-_\p{L}\p{N}]{1,32}):/gu)) {
    const start = match.index;
    const end = start + match[0].length;
    if (quoted.some(([from, to]) => start >= from && start < to)) continue;
    const name = match[1].toLowerCase();
    const option = options.find((each) => each.name === name);
    // A name that comes again is part of the text: "/imagine prompt: a sign with prompt: on it".
    if (seen.has(name)) continue;
    // "http://…" and "3:4" are no options that somebody meant to name.
    if (!option && (!/^(\s|$)/.test(text.slice(end)) || /^\p{N}+$/u.test(name))) continue;
    seen.add(name);
    found.push({ name, option, start, end });
  }
  return found;
}

/** Where values in quotes stand: right behind a name or at the beginning, up to the closing one. */
function quotedSpans(text) {
  return [...text.matchAll(/(?:^|:)\s*("[^"]*")(?=\s|$)/g)]
    .map((match) => [match.index + match[0].indexOf('"'), match.index + match[0].length]);
}

function unquoted(text) {
  return /^"[^"]*"$/.test(text) ? text.slice(1, -1) : text;
}

/** Whether an option takes any text, rather than one of a list or a number. */
function isFreeText(option) {
  return option?.type === OptionType.STRING && !option.choices?.length && !option.autocomplete;
}
