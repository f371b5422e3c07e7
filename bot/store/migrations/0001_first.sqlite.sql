-- Words of each entry, made by core (index terms); rowid is the entry's id. No positions: the matcher decides.
CREATE VIRTUAL TABLE entry_terms USING fts5(terms, detail=none, columnsize=0, tokenize="unicode61 remove_diacritics 0 tokenchars '_'");
