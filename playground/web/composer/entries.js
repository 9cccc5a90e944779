/** The lines of the command list, and which of them fit what was typed. */

import { OptionType } from "./parse.js";

const NESTING = new Set([OptionType.SUB_COMMAND, OptionType.SUB_COMMAND_GROUP]);

/**
 * One line of the command list for each command that can be sent: subcommands stand for
 * themselves.
 *
 * @param {object} command as registered
 * @returns {{name: string, path: string[], command: object, description: string,
 *   options: object[]}[]}
 */
export function entriesOf(command, node = command, path = []) {
  const inner = (node.options ?? []).filter((option) => NESTING.has(option.type));
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

/** The entries that fit what was typed after the slash, the best first. */
export function matching(entries, query) {
  const wanted = query.trim().toLowerCase();
  return entries.map((entry) => ({ entry, rank: rank(entry, wanted) }))
    .filter((ranked) => ranked.rank !== null)
    .sort((a, b) => a.rank - b.rank)
    .map((ranked) => ranked.entry);
}

/** How well an entry fits, 0 the best; null where it does not. */
function rank({ name, description }, wanted) {
  if (name.startsWith(wanted)) return 0;
  if (name.split(/[\s_-]/).some((part) => part.startsWith(wanted))) return 1;
  if (name.includes(wanted)) return 2;
  if (inOrder(name, wanted)) return 3;
  const words = description.toLowerCase().split(/\s+/);
  return wanted.length > 2 && words.some((word) => word.startsWith(wanted)) ? 4 : null;
}

/** Whether the letters come in this order, the first at the beginning of a word: "sst". */
function inOrder(name, wanted) {
  if (!name.split(/[\s_-]/).some((part) => part.startsWith(wanted[0]))) return false;
  let at = -1;
  return [...wanted].every((letter) => {
    at = name.indexOf(letter, at + 1);
    return at >= 0;
  });
}
