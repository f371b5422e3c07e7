-- Words of each entry, made by core (index terms), as they are: no parser, no dictionary. The matcher decides.
CREATE TABLE entry_terms (
    id BIGINT NOT NULL PRIMARY KEY,
    terms TSVECTOR NOT NULL
);
CREATE INDEX entry_terms_terms ON entry_terms USING GIN (terms);
-- An address may be longer than a row of a btree.
CREATE INDEX entries_url ON entries USING HASH (url);
