-- 1: could not be decided by a fault of ours; kept, and tried again at the next start.
ALTER TABLE inbox ADD COLUMN aside INTEGER NOT NULL DEFAULT 0;
