/**
 * Slash text to a command and its options, and an option's text to its value.
 *
 * Nothing here touches the page.
 */

/** Discord's types of options. */
export const OptionType = {
  SUB_COMMAND: 1, SUB_COMMAND_GROUP: 2, STRING: 3, INTEGER: 4, BOOLEAN: 5, USER: 6, CHANNEL: 7,
  ROLE: 8, MENTIONABLE: 9, NUMBER: 10, ATTACHMENT: 11,
};

const YES = new Set(["true", "yes", "on", "1"]);
const NO = new Set(["false", "no", "off", "0"]);
const LONGEST_TEXT = 6000; // Discord's limit of a string option

/**
 * One line of the command list for each command that can be sent: subcommands stand for
 * themselves.
 *
 * @param {object} command as registered
 * @returns {{name: string, path: string[], command: object, description: string,
 *   options: object[]}[]}
 */
export function entriesOf(command, node = command, path = []) {
  const inner = (node.options ?? []).filter((option) => (
    option.type === OptionType.SUB_COMMAND || option.type === OptionType.SUB_COMMAND_GROUP));
  if (inner.length) {
    return inner.flatMap((option) => entriesOf(command, option, [...path, option.name]));
  }
  return [{
    name: [command.name, ...path].join(" "),
    path,
    command,
    description: node.description ?? "",
    options: node.options ?? [],
  }];
}

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
 * fill first: a required string, else any string, else whatever else can be typed.
 *
 * @param {string} text
 * @param {object[]} options
 * @returns {{values: Map<string, string>, last: string|null, stray: string}} `last` is the name
 *   of the option the text ends in, `stray` what belongs to none
 */
export function parseOptions(text, options) {
  const values = new Map();
  const found = optionNames(text, options);
  const lead = text.slice(0, found[0]?.start ?? text.length).trim();
  let last = null;
  let stray = "";
  if (lead) {
    last = leadOption(options)?.name ?? null;
    if (last) values.set(last, lead);
    else stray = lead;
  }
  found.forEach(({ name, end }, index) => {
    values.set(name, text.slice(end, found[index + 1]?.start ?? text.length).trim());
    last = name;
  });
  return { values, last, stray };
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

/**
 * What an option's text means.
 *
 * @param {object} option with its choices (those of users, channels and roles filled in)
 * @param {string} text
 * @returns {{value: string|number|boolean}|{error: string}}
 */
export function readValue(option, text) {
  const trimmed = text.trim();
  if (option.choices?.length) return readChoice(option, trimmed);
  switch (option.type) {
    case OptionType.INTEGER:
    case OptionType.NUMBER: return readNumber(option, trimmed);
    case OptionType.BOOLEAN: return readBoolean(option, trimmed);
    case OptionType.STRING: return readText(option, trimmed);
    default: return readMention(option, trimmed);
  }
}

/** What an option takes, in words: "a whole number from 1 to 8". */
export function describeRange(option) {
  const { type, min_value: min, max_value: max } = option;
  if (option.choices?.length) return "one of the list";
  if (type === OptionType.BOOLEAN) return "True or False";
  if (type === OptionType.INTEGER || type === OptionType.NUMBER) {
    const kind = type === OptionType.INTEGER ? "a whole number" : "a number";
    if (min !== undefined && max !== undefined) return `${kind} from ${min} to ${max}`;
    if (min !== undefined) return `${kind}, ${min} or more`;
    if (max !== undefined) return `${kind}, ${max} or less`;
    return kind;
  }
  if (type === OptionType.STRING) {
    const { min_length: least, max_length: most } = option;
    if (least && most) return `${least} to ${most} characters`;
    if (most) return `at most ${most} characters`;
    if (least) return `at least ${least} characters`;
  }
  return "";
}

function optionNames(text, options) {
  if (!options.length) return [];
  const names = options.map(({ name }) => name).sort((a, b) => b.length - a.length)
    .map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const pattern = new RegExp(`(?:^|\\s)(${names.join("|")}):`, "giu");
  const seen = new Set();
  const found = [];
  for (const match of text.matchAll(pattern)) {
    const name = match[1].toLowerCase();
    // A name that comes again is part of the text: "/imagine prompt: a sign with prompt: on it".
    if (seen.has(name)) continue;
    seen.add(name);
    found.push({ name, start: match.index, end: match.index + match[0].length });
  }
  return found;
}

function readChoice(option, text) {
  const wanted = text.toLowerCase();
  const is = (part) => option.choices.find((choice) => part(choice.name.toLowerCase())
    || part(String(choice.value).toLowerCase()));
  const starting = option.choices.filter(({ name }) => name.toLowerCase().startsWith(wanted));
  const choice = is((part) => part === wanted) ?? (starting.length === 1 ? starting[0] : null);
  if (choice && text) return { value: choice.value };
  return { error: `${option.name} must be ${listOf(option.choices.map(({ name }) => name))}.` };
}

function listOf(names) {
  if (names.length > 6) return "one of the list";
  return names.length > 1 ? `${names.slice(0, -1).join(", ")} or ${names.at(-1)}` : names[0];
}

function readNumber(option, text) {
  const shape = option.type === OptionType.INTEGER ? /^[+-]?\d+$/ : /^[+-]?(\d+\.?\d*|\.\d+)$/;
  const value = Number(text);
  const fits = shape.test(text) && Math.abs(value) <= Number.MAX_SAFE_INTEGER
    && !(value < option.min_value) && !(value > option.max_value);
  return fits ? { value } : { error: `${option.name} must be ${describeRange(option)}.` };
}

function readBoolean(option, text) {
  const wanted = text.toLowerCase();
  if (YES.has(wanted)) return { value: true };
  if (NO.has(wanted)) return { value: false };
  return { error: `${option.name} must be True or False.` };
}

function readText(option, text) {
  const { min_length: least = 0, max_length: most = LONGEST_TEXT } = option;
  const length = [...text].length;
  if (length >= least && length <= most) return { value: text };
  const range = describeRange({ ...option, max_length: most });
  return { error: `${option.name} must have ${range}; it has ${length}.` };
}

function readMention(option, text) {
  const id = /^(?:<[@#][!&]?)?(\d+)>?$/.exec(text)?.[1];
  return id ? { value: id } : { error: `${option.name} must be one of the list.` };
}
