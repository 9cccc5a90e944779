/** Emoji as text, and the few that are offered for reactions. */

/** What can be picked with one press, with the word a screen reader says. */
export const OFFERED = [
  ["👍", "thumbs up"], ["❤️", "heart"], ["😂", "laughing"], ["🎉", "party"],
  ["😮", "surprised"], ["😢", "sad"], ["🔥", "fire"], ["👀", "eyes"],
  ["⭐", "star"], ["✅", "check mark"], ["🎨", "palette"], ["👎", "thumbs down"],
];

const NAMES = new Map(OFFERED);

/** An emoji as it is shown: a guild's own by its name, since its picture is elsewhere. */
export function emojiText(emoji) {
  return emoji.id ? `:${emoji.name}:` : emoji.name;
}

/** How an emoji is called when read out. */
export function emojiName(emoji) {
  return NAMES.get(emoji.name) ?? emojiText(emoji);
}
