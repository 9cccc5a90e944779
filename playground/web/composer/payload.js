/** A command and its fields as the `data` of Discord's interactions. */

/**
 * @param {object} entry see entriesOf
 * @param {import("./field.js").Field[]} fields all of them valid
 * @returns {{data: object, files: File[]}}
 */
export function commandData(entry, fields) {
  const files = [];
  const options = [];
  for (const field of fields) {
    const { type, name } = field.option;
    if (field.isFile && field.file) {
      // The value of a file's option is its place among the files that are sent along.
      options.push({ type, name, value: String(files.length) });
      files.push(field.file);
      continue;
    }
    const read = field.read();
    if (read) options.push({ type, name, value: read.value });
  }
  return { data: { ...envelope(entry, options), attachments: listed(files) }, files };
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
    } else if (!field.isFile && field.text.trim()) {
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
