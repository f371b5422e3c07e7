"""Where Wirewatch remembers: one `Store` (see `bot.ports`) on SQLite or PostgreSQL.

`sql`         every statement, once, in the SQL that both databases speak
`sqlite`      the connection, transactions and lease of SQLite (through sqlite-utils)
`rows`        nouns to columns and back
`migrations`  the schema, append-only
"""
