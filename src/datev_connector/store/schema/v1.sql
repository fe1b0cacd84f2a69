-- Version 1. Times are microseconds since 1970 in UTC. `document` holds the whole value as JSON;
-- the other columns repeat what is searched, sorted or joined.

CREATE TABLE meta (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Calls and notes -------------------------------------------------------------------------------

CREATE TABLE calls (
    id INTEGER PRIMARY KEY,
    call TEXT NOT NULL UNIQUE,
    pbx_call TEXT NOT NULL,
    direction TEXT NOT NULL,
    began_at INTEGER NOT NULL,
    ended_at INTEGER,
    number TEXT NOT NULL,
    e164 TEXT,
    name TEXT NOT NULL,
    outcome TEXT,
    internal INTEGER NOT NULL,
    note TEXT NOT NULL,
    is_draft INTEGER NOT NULL,
    in_datev_at INTEGER,
    unsettled INTEGER NOT NULL,
    words TEXT NOT NULL,
    digits TEXT NOT NULL,
    searchable INTEGER NOT NULL DEFAULT 0,
    document_version INTEGER NOT NULL,
    document TEXT NOT NULL
) STRICT;

CREATE INDEX calls_by_time ON calls (began_at, call);
CREATE INDEX calls_missed ON calls (began_at, call) WHERE outcome = 'missed';
CREATE INDEX calls_draft ON calls (began_at, call) WHERE is_draft = 1;
CREATE INDEX calls_unsettled ON calls (began_at, call) WHERE unsettled = 1;
CREATE INDEX calls_unsearchable ON calls (id) WHERE searchable = 0;

-- What of the calls has entered the search. It follows later than the call, since it takes several
-- times as long as saving one, and a ringing call is in a hurry.
CREATE TABLE call_texts (
    id INTEGER PRIMARY KEY REFERENCES calls ON DELETE CASCADE,
    words TEXT NOT NULL,
    digits TEXT NOT NULL
) STRICT;

-- Texts are folded before they come here, so that all signs but spaces belong to words (`ascii`).
CREATE VIRTUAL TABLE call_words USING fts5(
    words, content = 'call_texts', content_rowid = 'id', prefix = '2 3', tokenize = 'ascii'
);
CREATE VIRTUAL TABLE call_digits USING fts5(
    digits, content = 'call_texts', content_rowid = 'id', tokenize = 'trigram'
);
-- Erased text leaves the search index at once, not at some later merge.
INSERT INTO call_words (call_words, rank) VALUES ('secure-delete', 1);
INSERT INTO call_digits (call_digits, rank) VALUES ('secure-delete', 1);

CREATE TRIGGER call_texts_inserted AFTER INSERT ON call_texts BEGIN
    INSERT INTO call_words (rowid, words) VALUES (new.id, new.words);
    INSERT INTO call_digits (rowid, digits) VALUES (new.id, new.digits);
END;
CREATE TRIGGER call_texts_deleted AFTER DELETE ON call_texts BEGIN
    INSERT INTO call_words (call_words, rowid, words) VALUES ('delete', old.id, old.words);
    INSERT INTO call_digits (call_digits, rowid, digits) VALUES ('delete', old.id, old.digits);
END;

-- Journal entries on their way to DATEV ---------------------------------------------------------

-- AUTOINCREMENT: a position is never given twice, not even after its entry was erased.
CREATE TABLE entries (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    call_id TEXT NOT NULL UNIQUE,
    call TEXT NOT NULL,
    state TEXT NOT NULL,
    is_open INTEGER NOT NULL,
    document_version INTEGER NOT NULL,
    document TEXT NOT NULL
) STRICT;

CREATE INDEX entries_open ON entries (position) WHERE is_open = 1;
CREATE INDEX entries_by_call ON entries (call);

-- Contact index ---------------------------------------------------------------------------------

-- A batch is one complete set of contacts, or one complete set of keys, of one source. A source
-- points to the batches that count; a batch that is being built, or was replaced, is seen by nobody.
CREATE TABLE batches (
    batch INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL CHECK (kind IN ('contacts', 'keys')),
    state TEXT NOT NULL CHECK (state IN ('building', 'live', 'dead'))
) STRICT;

CREATE TABLE sources (
    source TEXT PRIMARY KEY,
    contacts_batch INTEGER NOT NULL REFERENCES batches,
    keys_batch INTEGER NOT NULL REFERENCES batches,
    plan TEXT NOT NULL,
    loaded_at INTEGER NOT NULL,
    contact_count INTEGER NOT NULL,
    number_count INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE contacts (
    id INTEGER PRIMARY KEY,
    batch INTEGER NOT NULL,
    contact_id TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    active INTEGER NOT NULL,
    client_number TEXT NOT NULL,
    UNIQUE (batch, contact_id)
) STRICT;

CREATE TABLE numbers (
    id INTEGER PRIMARY KEY,
    contact INTEGER NOT NULL,
    number TEXT NOT NULL,
    standardised TEXT NOT NULL,
    medium TEXT NOT NULL,
    note TEXT NOT NULL,
    main INTEGER NOT NULL,
    digits TEXT NOT NULL
) STRICT;

CREATE INDEX numbers_by_contact ON numbers (contact);

CREATE TABLE keys (
    batch INTEGER NOT NULL,
    key TEXT NOT NULL,
    number INTEGER NOT NULL,
    stem TEXT,
    completed INTEGER NOT NULL,
    PRIMARY KEY (batch, key, number)
) STRICT, WITHOUT ROWID;

CREATE INDEX keys_by_stem ON keys (batch, stem) WHERE stem IS NOT NULL;

CREATE VIRTUAL TABLE contact_words USING fts5(
    words, content = '', contentless_delete = 1, detail = none, prefix = '1 2 3',
    tokenize = 'ascii'
);
CREATE VIRTUAL TABLE number_digits USING fts5(
    digits, content = '', contentless_delete = 1, detail = none, tokenize = 'trigram'
);

-- What people taught us -------------------------------------------------------------------------

CREATE TABLE choices (
    e164 TEXT PRIMARY KEY,
    source TEXT NOT NULL,
    contact_id TEXT NOT NULL,
    chosen_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE uses (
    source TEXT NOT NULL,
    contact_id TEXT NOT NULL,
    used_at INTEGER NOT NULL,
    PRIMARY KEY (source, contact_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE pins (
    host TEXT PRIMARY KEY,
    fingerprint TEXT NOT NULL,
    pem TEXT NOT NULL,
    pinned_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
