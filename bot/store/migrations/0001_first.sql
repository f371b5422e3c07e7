-- Small facts: rules text last accepted, heartbeat, resolved channel ids, overlay rules, snoozes, mutes.
CREATE TABLE facts (
    key TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);
-- Who may write (PostgreSQL; SQLite has its flock). One row, name 'writer'; epoch grows with every change of hands.
CREATE TABLE lease (
    name TEXT NOT NULL PRIMARY KEY,
    holder TEXT NOT NULL,
    epoch {bigint} NOT NULL,
    until_at TEXT NOT NULL
);
CREATE TABLE feeds (
    id TEXT NOT NULL PRIMARY KEY,
    url TEXT NOT NULL,              -- the declared address that state was learnt for
    state TEXT NOT NULL,            -- FeedState as JSON
    next_due_at TEXT NOT NULL,
    leased_until_at TEXT,           -- a poller has it in hand until then
    leased_by TEXT,                 -- 'writer': the worker that holds the lease; else an extra poller
    entries {bigint} NOT NULL DEFAULT 0   -- ever taken from this feed
);
CREATE INDEX feeds_due ON feeds (next_due_at);
CREATE TABLE inbox (
    id {serial},
    entry TEXT NOT NULL,            -- Entry as JSON
    silent INTEGER NOT NULL         -- 1: baseline, never alerts by itself
);
-- The archive. The id is the order of arrival.
CREATE TABLE entries (
    id {bigint} NOT NULL PRIMARY KEY,
    feed TEXT,
    source TEXT,
    guid TEXT,
    url TEXT,
    title TEXT NOT NULL,            -- zones as read, see Reading
    summary TEXT NOT NULL,
    body TEXT NOT NULL,
    caption TEXT NOT NULL,
    promo TEXT NOT NULL,
    author TEXT NOT NULL,
    tags TEXT NOT NULL,             -- JSON list
    lang TEXT,
    published_at TEXT,
    seen_at TEXT NOT NULL,
    verdict TEXT NOT NULL,          -- the decision on arrival
    duplicate_of {bigint},
    decided_story {bigint} NOT NULL,
    merged TEXT NOT NULL,           -- JSON list of stories that this entry joined into decided_story
    score {float} NOT NULL,
    reason TEXT NOT NULL,
    changes TEXT NOT NULL,          -- JSON list
    story {bigint} NOT NULL,        -- as it stands now
    silent INTEGER NOT NULL
);
CREATE INDEX entries_story ON entries (story);
CREATE INDEX entries_seen ON entries (seen_at);
-- Identity keys of every item ever seen; they outlive the archive.
CREATE TABLE known (
    key TEXT NOT NULL PRIMARY KEY,
    data {bytes} NOT NULL,
    seen_at TEXT NOT NULL
);
CREATE INDEX known_seen ON known (seen_at);
-- The story index's own records, opaque here: what a restart needs to decide as if there had been none.
CREATE TABLE story_index (
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    data {bytes} NOT NULL,
    PRIMARY KEY (kind, key)
);
CREATE TABLE merges (
    story {bigint} NOT NULL PRIMARY KEY,
    into_story {bigint} NOT NULL
);
-- The first match of a rule on a story.
CREATE TABLE matches (
    story {bigint} NOT NULL,
    rule TEXT NOT NULL,
    entry {bigint} NOT NULL,
    match TEXT NOT NULL,            -- Match as JSON
    silent INTEGER NOT NULL,        -- 1: may not alert (baseline, too old)
    PRIMARY KEY (story, rule)
);
CREATE INDEX matches_entry ON matches (entry);
-- Stories that wait to be told in a channel. rule '' stands for none.
CREATE TABLE waiting (
    channel TEXT NOT NULL,
    story {bigint} NOT NULL,
    entry {bigint} NOT NULL,
    rule TEXT NOT NULL,
    priority INTEGER NOT NULL,
    kind TEXT NOT NULL,
    since_at TEXT NOT NULL,
    changes TEXT NOT NULL,          -- JSON list
    PRIMARY KEY (channel, story, entry, rule)
);
CREATE INDEX waiting_story ON waiting (story);
-- Stories that a channel has been told: one top-level message each, ever.
CREATE TABLE posted (
    channel TEXT NOT NULL,
    story {bigint} NOT NULL,
    posted TEXT NOT NULL,           -- Posted as JSON
    posted_at TEXT NOT NULL,
    PRIMARY KEY (channel, story)
);
CREATE INDEX posted_story ON posted (story);
CREATE TABLE channels (
    channel TEXT NOT NULL PRIMARY KEY,
    state TEXT NOT NULL             -- ChannelState as JSON
);
CREATE TABLE outbox (
    id {serial},
    key TEXT NOT NULL UNIQUE,       -- delivery key, also in the message's metadata
    channel TEXT NOT NULL,
    state TEXT NOT NULL,
    created_at TEXT NOT NULL,
    delivery TEXT NOT NULL,         -- everything that changes: Delivery as JSON, without digest and payload
    digest TEXT NOT NULL,           -- Digest as JSON, frozen
    payload TEXT NOT NULL           -- as frozen for the sink
);
CREATE INDEX outbox_state ON outbox (state);
CREATE TABLE outbox_stories (
    key TEXT NOT NULL,
    story {bigint} NOT NULL,
    PRIMARY KEY (key, story)
);
CREATE INDEX outbox_stories_story ON outbox_stories (story);
CREATE TABLE notices (
    key TEXT NOT NULL PRIMARY KEY,
    text TEXT NOT NULL,
    at TEXT NOT NULL,
    settled INTEGER NOT NULL DEFAULT 0
);
-- Lines that recur in one feed: seen in an entry of that story.
CREATE TABLE boilerplate (
    feed TEXT NOT NULL,
    line TEXT NOT NULL,
    story {bigint} NOT NULL,
    seen_at TEXT NOT NULL,
    PRIMARY KEY (feed, line, story)
);
CREATE TABLE learnt_lines (
    feed TEXT NOT NULL,
    line TEXT NOT NULL,
    PRIMARY KEY (feed, line)
);
