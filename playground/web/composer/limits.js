/** What may be sent, asked before it is: Discord's numbers, in friendly words. */

import { fileSize } from "../attachments.js";

/** Characters of a message. */
export const LONGEST_MESSAGE = 2000;
/** Files of a message. */
export const MOST_FILES = 10;
const MIB = 1024 * 1024;
const BY_BOOST_LEVEL = [10, 10, 50, 100]; // MiB a file
const REQUEST = 25; // MiB, or what one file may have where that is more

/** Bytes a file may have in a guild (undefined: in a direct message). */
export function fileLimit(guild) {
  return (BY_BOOST_LEVEL[guild?.premium_tier ?? 0] ?? BY_BOOST_LEVEL[0]) * MIB;
}

/** What is wrong with a file in a guild; "" where nothing is. */
export function fileProblem(file, guild) {
  const limit = fileLimit(guild);
  if (file.size <= limit) return "";
  return `${file.name} is too large: it has ${fileSize(file.size)}, and files may have `
    + `${limit / MIB} MiB here.`;
}

/** What is wrong with files that go in one message; "" where nothing is. */
export function filesProblem(files, guild) {
  if (files.length > MOST_FILES) return `A message takes ${MOST_FILES} files at most.`;
  const large = files.map((file) => fileProblem(file, guild)).find(Boolean);
  if (large) return large;
  const total = files.reduce((sum, file) => sum + file.size, 0);
  const most = Math.max(REQUEST * MIB, fileLimit(guild));
  return total <= most ? ""
    : `Together these files have ${fileSize(total)}; a message takes ${most / MIB} MiB.`;
}
