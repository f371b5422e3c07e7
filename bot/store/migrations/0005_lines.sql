-- The stories of a feed, in order of arrival: what a line that recurs there is measured by, from the index alone.
CREATE INDEX entries_of_feed ON entries (feed, id, story);
