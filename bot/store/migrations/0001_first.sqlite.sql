-- Words of each entry, made by core (index terms); rowid is the entry's id. No positions: the matcher decides. The ascii
-- tokenizer takes every letter above 127 as it stands, so words split where core split them, whatever SQLite's Unicode.
CREATE VIRTUAL TABLE entry_terms USING fts5(terms, detail=none, columnsize=0, tokenize="ascii tokenchars '_'");
CREATE INDEX entries_url ON entries (url);
