-- 2026-11-21: prompts may name LoRAs. A job has those that it will be painted with, so that it is the same picture also after a
-- restart, and when the host offers others by then.

-- Each with its name, where it is, how strong it is, and its licence, as a JSON list.
ALTER TABLE jobs ADD COLUMN loras TEXT NOT NULL DEFAULT '[]' CHECK (json_type(loras) = 'array');
