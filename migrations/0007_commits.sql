-- 2026-11-21: a picture may be of the weights of several repos (a VAE, LoRAs, a checkpoint beside the pipeline's own), and
-- `revision` holds the commit of one alone.

-- The commit of each repo that the picture was painted with, as a JSON object by owner/name.
ALTER TABLE jobs ADD COLUMN commits TEXT NOT NULL DEFAULT '{}' CHECK (json_type(commits) = 'object');
