-- 2026-11-21: who has all that is stored of them deleted goes on having made the reports of the last hour, as far as their
-- number counts. Gone as soon as it does not.

CREATE TABLE report_charges (
    reporter TEXT NOT NULL, -- salted
    reported_at REAL NOT NULL
) STRICT;
CREATE INDEX report_charges_by_reporter ON report_charges (reporter, reported_at);
