/** A command and its fields as the `data` of Discord's interactions. */

/**
 * @param {object} entry see entriesOf
 * @param {import("./field.js").Field[]} fields all of them valid
 * @returns {{data: object, files: File[], sent: import("./field.js").Field[]}} `sent`: the fields
 *   in the order of the options that are sent
 */
export function commandData(entry, fields) {
  const files = [];
  const options = [];
  const sent = fields.filter((field) => !field.isEmpty);
  for (const field of sent) {
    const { type, name } = field.option;
    // The value of a file's option is its place among the files that are sent along.
    const value = field.isFile ? String(files.length) : field.read().value;
    if (field.isFile) files.push(field.file);
    options.push({ type, name, value });
  }
  return { data: { ...envelope(entry, options), attachments: listed(files) }, files, sent };
}

/** The data of a command from a context menu, used on a user or a message. */
export function menuData(command, targetId) {
  const { id, name, type, version } = command;
  return { id, name, type, version, target_id: targetId };
}

/**
 * The question which choices there are for a field; other fields go along as far as they are valid.
 */
export function autocompleteData(entry, fields, focused) {
  const options = [];
  for (const field of fields) {
    const { type, name } = field.option;
    if (field === focused) {
      options.push({ type, name, value: field.text.trim(), focused: true });
    } else if (!field.isFile && !field.isEmpty) {
      const read = field.read();
      if (read && "value" in read) options.push({ type, name, value: read.value });
    }
  }
  return envelope(entry, options);
}

/** Subcommands wrap the options of the command they belong to, the innermost first. */
function envelope(entry, options) {
  const { command, path } = entry;
  let wrapped = options;
  [...path].reverse().forEach((name, index) => {
    wrapped = [{ type: index === 0 ? 1 : 2, name, options: wrapped }];
  });
  return {
    id: command.id,
    name: command.name,
    type: 1,
    version: command.version,
    options: wrapped,
  };
}

function listed(files) {
  return files.map((file, index) => ({ id: String(index), filename: file.name }));
}
