"""The history's tables, version by version.

A step that was ever released never changes: a new need is a new step at the end.
"""

from __future__ import annotations

from collections.abc import Callable

import apsw

from pingtree_desktop.storage.history_words import TOKEN_CHARACTERS
from pingtree_desktop.storage.version_1 import convert

Step = str | Callable[[apsw.Connection], None]
"""SQL, or a function of the connection; it runs inside the migration's transaction."""

_VERSION_1 = """
    CREATE TABLE exchange (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        uid TEXT NOT NULL,
        started_ms INTEGER NOT NULL,
        environment TEXT NOT NULL,
        danger TEXT NOT NULL,
        base_url TEXT NOT NULL,
        endpoint TEXT NOT NULL,
        method TEXT NOT NULL,
        url_path TEXT NOT NULL,
        campaign TEXT NOT NULL,
        profile TEXT NOT NULL,
        cid TEXT NOT NULL,
        event_id TEXT NOT NULL,
        transaction_id TEXT NOT NULL,
        pid TEXT NOT NULL,
        money TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('sending', 'done', 'in_doubt')),
        verdict TEXT NOT NULL,
        http_status INTEGER,
        expected TEXT NOT NULL,
        elapsed_us INTEGER,
        request_bytes INTEGER NOT NULL,
        response_bytes INTEGER NOT NULL DEFAULT 0,
        message TEXT NOT NULL DEFAULT '',
        failure_kind TEXT NOT NULL DEFAULT '',
        owner TEXT NOT NULL,
        deleted_ms INTEGER
    ) STRICT;
    CREATE INDEX exchange_deleted ON exchange (deleted_ms);
    CREATE INDEX exchange_transaction ON exchange (transaction_id);
    CREATE INDEX exchange_sending ON exchange (owner) WHERE state = 'sending';
    CREATE TABLE body (
        exchange_id INTEGER PRIMARY KEY REFERENCES exchange (id) ON DELETE CASCADE,
        request BLOB NOT NULL,
        response BLOB,
        meta BLOB NOT NULL,
        crc32 INTEGER NOT NULL
    ) STRICT;
    """

_WORDS = f"""
    CREATE VIRTUAL TABLE words USING fts5 (
        tokens,
        content = '', contentless_delete = 1, detail = none, prefix = '1 2 3',
        tokenize = "ascii tokenchars '{TOKEN_CHARACTERS}'"
    );
    INSERT INTO words (words, rank) VALUES ('automerge', 8);
"""

_VERSION_2 = f"""
    DROP INDEX exchange_deleted;
    DROP INDEX exchange_transaction;
    DROP INDEX exchange_sending;
    ALTER TABLE exchange RENAME TO exchange_1;
    ALTER TABLE body RENAME TO body_1;
    CREATE TABLE counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
    INSERT INTO counter VALUES ('names_swept', 0);
    CREATE TABLE name (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        kind TEXT NOT NULL,
        text TEXT NOT NULL,
        UNIQUE (kind, text)
    ) STRICT;
    -- Numbers only, so that a million rows are read in a blink: any filter, any count, any sort.
    CREATE TABLE exchange (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        started_ms INTEGER NOT NULL,
        state INTEGER NOT NULL CHECK (state IN (0, 1, 2)),
        verdict INTEGER NOT NULL,
        expected INTEGER NOT NULL,
        http_status INTEGER,
        environment INTEGER NOT NULL,
        danger INTEGER NOT NULL,
        campaign INTEGER NOT NULL,
        event_id INTEGER NOT NULL,
        pid INTEGER NOT NULL,
        profile INTEGER NOT NULL,
        cid INTEGER NOT NULL,
        endpoint INTEGER NOT NULL,
        method INTEGER NOT NULL,
        elapsed_us INTEGER,
        amount REAL,
        request_bytes INTEGER NOT NULL,
        response_bytes INTEGER NOT NULL DEFAULT 0,
        pinned INTEGER NOT NULL DEFAULT 0,
        owner TEXT,
        deleted_ms INTEGER
    ) STRICT;
    CREATE INDEX exchange_deleted ON exchange (deleted_ms) WHERE deleted_ms IS NOT NULL;
    CREATE INDEX exchange_sending ON exchange (owner) WHERE state = 0;
    CREATE TABLE record (
        exchange_id INTEGER PRIMARY KEY REFERENCES exchange (id) ON DELETE CASCADE,
        uid BLOB NOT NULL,
        transaction_id TEXT NOT NULL,
        money TEXT NOT NULL,
        message TEXT NOT NULL DEFAULT '',
        codec INTEGER NOT NULL,
        crc32 INTEGER NOT NULL,
        data BLOB NOT NULL
    ) STRICT;
    -- Entries being sent: a record is written once, at its final length, so that no page has gaps.
    CREATE TABLE pending (
        exchange_id INTEGER PRIMARY KEY REFERENCES exchange (id) ON DELETE CASCADE,
        uid BLOB NOT NULL,
        transaction_id TEXT NOT NULL,
        money TEXT NOT NULL,
        message TEXT NOT NULL DEFAULT '',
        codec INTEGER NOT NULL,
        crc32 INTEGER NOT NULL,
        data BLOB NOT NULL
    ) STRICT;
    CREATE INDEX record_transaction ON record (transaction_id COLLATE NOCASE)
        WHERE transaction_id <> '';
    CREATE TABLE remark (
        exchange_id INTEGER PRIMARY KEY REFERENCES exchange (id) ON DELETE CASCADE,
        note TEXT NOT NULL,
        labels TEXT NOT NULL
    ) STRICT;
    CREATE TABLE saved_filter (
        name TEXT PRIMARY KEY,
        text TEXT NOT NULL
    ) STRICT;
    CREATE TABLE bank (
        position INTEGER PRIMARY KEY,
        transaction_id TEXT NOT NULL UNIQUE
    ) STRICT;
    {_WORDS}
"""


def _to_version_2(connection: apsw.Connection) -> None:
    connection.execute(_VERSION_2)
    convert(connection)
    connection.execute("DROP TABLE body_1; DROP TABLE exchange_1;")


STEPS: tuple[Step, ...] = (_VERSION_1, _to_version_2)
