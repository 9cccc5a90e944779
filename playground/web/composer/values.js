/**
 * What an option's text means, and what is wrong with it in words.
 *
 * Nothing here touches the page.
 */

import { OptionType } from "./parse.js";

const YES = new Set(["true", "yes", "on", "1"]);
const NO = new Set(["false", "no", "off", "0"]);
const LONGEST_TEXT = 6000; // Discord's limit of a string option

/** What is said of a required option that is empty, in Discord's words. */
export const REQUIRED = "This option is required. Specify a value.";

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
    case OptionType.BOOLEAN: return readBoolean(trimmed);
    case OptionType.STRING: return readText(option, trimmed);
    default: return readMention(trimmed);
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
  return type === OptionType.STRING ? describeLength(option) : "";
}

function describeLength({ min_length: least, max_length: most }) {
  if (least && most) return `${least} to ${most} characters`;
  if (most) return `at most ${most} characters`;
  return least ? `at least ${least} characters` : "";
}

function readChoice(option, text) {
  const wanted = text.toLowerCase();
  const is = (part) => option.choices.find((choice) => part(choice.name.toLowerCase())
    || part(String(choice.value).toLowerCase()) || choice.also?.some(part));
  const starting = option.choices.filter(({ name }) => name.toLowerCase().startsWith(wanted));
  const choice = is((part) => part === wanted) ?? (starting.length === 1 ? starting[0] : null);
  if (choice && text) return { value: choice.value };
  return { error: `Value must be ${listOf(option.choices.map(({ name }) => name))}.` };
}

function listOf(names) {
  if (names.length > 6) return "one of the list";
  return names.length > 1 ? `${names.slice(0, -1).join(", ")} or ${names.at(-1)}` : names[0];
}

function readNumber({ type, min_value: min, max_value: max }, text) {
  const whole = type === OptionType.INTEGER;
  const shape = whole ? /^[+-]?\d+$/ : /^[+-]?(\d+\.?\d*|\.\d+)$/;
  const value = Number(text);
  if (!shape.test(text)) return { error: `Value must be a ${whole ? "whole " : ""}number.` };
  // Discord takes no number that JavaScript cannot hold exactly.
  if (Math.abs(value) > Number.MAX_SAFE_INTEGER) return { error: "The number is too large." };
  if (!(value < min) && !(value > max)) return { value };
  if (min === undefined) return { error: `Value must be ${max} or less.` };
  if (max === undefined) return { error: `Value must be ${min} or more.` };
  return { error: `Value must be between ${min} and ${max}.` };
}

function readBoolean(text) {
  const wanted = text.toLowerCase();
  if (YES.has(wanted)) return { value: true };
  if (NO.has(wanted)) return { value: false };
  return { error: "Value must be True or False." };
}

function readText({ min_length: least = 0, max_length: most = LONGEST_TEXT }, text) {
  const length = [...text].length;
  if (length >= least && length <= most) return { value: text };
  const bounds = least ? `between ${least} and ${most}` : `at most ${most}`;
  return { error: `Value must have ${bounds} characters; it has ${length}.` };
}

function readMention(text) {
  const id = mentionedId(text);
  return id ? { value: id } : { error: "Value must be one of the list." };
}

/** The id in "<@5>", "<#6>", "<@&7>" or "5"; undefined for anything else. */
export function mentionedId(text) {
  return /^(?:<[@#][!&]?)?(\d+)>?$/.exec(text.trim())?.[1];
}
