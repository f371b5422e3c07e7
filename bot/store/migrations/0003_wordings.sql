-- The later wordings of an item, by its first entry.
CREATE INDEX entries_edits ON entries (duplicate_of) WHERE verdict = 'edit';
-- How long news took: answered from the index alone, without reading bodies. In place of one on seen_at.
CREATE INDEX entries_arrival ON entries (seen_at, published_at, feed, silent);
DROP INDEX entries_seen;
CREATE INDEX outbox_created ON outbox (created_at);
