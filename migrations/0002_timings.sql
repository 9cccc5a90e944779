-- 2026-11-21: how long pictures take on this host, so that the queue can share the devices' time fairly and tell how long
-- a wait will be, from the first job after a restart on.

CREATE TABLE timings (
    model TEXT NOT NULL,
    device TEXT NOT NULL,
    -- Seconds for one step of one megapixel; late measurements count for more than early ones.
    seconds_per_unit REAL NOT NULL CHECK (seconds_per_unit > 0),
    samples INTEGER NOT NULL CHECK (samples > 0),
    measured_at REAL NOT NULL,
    PRIMARY KEY (model, device)
) STRICT;
