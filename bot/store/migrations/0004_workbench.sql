-- What people said of (story, rule). Taken back: the row stays, with who did it and when.
CREATE TABLE marks (
    story {bigint} NOT NULL,        -- as it stands now: follows merges
    rule TEXT NOT NULL,
    verdict TEXT NOT NULL,          -- relevant, not_relevant
    kind TEXT NOT NULL,             -- sample (asked for at random), volunteered
    person TEXT NOT NULL,
    at TEXT NOT NULL,
    undone_by TEXT,
    undone_at TEXT,
    PRIMARY KEY (story, rule, kind, person, at)
);
CREATE INDEX marks_at ON marks (at);
-- What people were asked about: samples of the weekly review, near misses of the weekly list.
CREATE TABLE questions (
    kind TEXT NOT NULL,             -- sample, near_miss
    story {bigint} NOT NULL,
    rule TEXT NOT NULL,
    asked_at TEXT NOT NULL,
    delivery TEXT NOT NULL,         -- key of the message that asks
    settled_by TEXT,                -- who said that a near miss is right so
    settled_at TEXT,
    PRIMARY KEY (kind, story, rule)
);
CREATE INDEX questions_story ON questions (story);
-- Every rules text that was ever in force, in order of `at`.
CREATE TABLE rules_history (
    at TEXT NOT NULL,
    version TEXT NOT NULL,
    person TEXT NOT NULL,           -- file, or Slack's id of a person
    content {bytes} NOT NULL,       -- the file's bytes, deflated (zlib)
    added TEXT NOT NULL,            -- JSON list of the rules from Slack beside it, each as its fact has it
    PRIMARY KEY (at, version)
);
-- What is remembered of rules beside their matches: spikes, expectations.
CREATE TABLE rule_states (
    kind TEXT NOT NULL,
    rule TEXT NOT NULL,
    state TEXT NOT NULL,            -- a noun as JSON
    PRIMARY KEY (kind, rule)
);
CREATE INDEX posted_at ON posted (posted_at);
