-- Version 2: the contact index is made anew for master data that come piece by piece, and for
-- look-ups that read one page. What version 1 held is copied by the step.

ALTER TABLE contacts RENAME TO old_contacts;
ALTER TABLE numbers RENAME TO old_numbers;
ALTER TABLE keys RENAME TO old_keys;
DROP INDEX keys_by_stem;
DROP TABLE contact_words;
DROP TABLE number_digits;

-- A batch of keys is built of sorted runs: each is a batch of its own, a part of the whole one, and
-- holds the keys of the contacts from `first_contact` on.
ALTER TABLE batches ADD COLUMN part_of INTEGER;
ALTER TABLE batches ADD COLUMN first_contact INTEGER NOT NULL DEFAULT 0;
-- Contacts up to this row id have entered the search; NULL: all have.
ALTER TABLE batches ADD COLUMN searchable INTEGER;

CREATE INDEX batches_by_whole ON batches (part_of, first_contact) WHERE part_of IS NOT NULL;

-- `mark`: what the source calls the state that was loaded. `loads` counts the loads, `changes` all
-- that happened to the contents: who works on them for long sees what others did meanwhile.
ALTER TABLE sources ADD COLUMN mark TEXT NOT NULL DEFAULT '';
ALTER TABLE sources ADD COLUMN loads INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sources ADD COLUMN changes INTEGER NOT NULL DEFAULT 0;

-- The ids of a batch begin at its own number times 2^32: so what belongs together lies together, in
-- the full-text indexes as well, and what is new has the highest id. `numbers` is a JSON list of
-- lists; `words` and `digits` are what is searched. The client of a contact that has rows in
-- `clients` follows from them; what its source said of it is kept as `given_...`.
CREATE TABLE contacts (
    id INTEGER PRIMARY KEY,
    batch INTEGER NOT NULL,
    contact_id TEXT NOT NULL,
    stamp TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    active INTEGER NOT NULL,
    client_number TEXT NOT NULL,
    client_state TEXT NOT NULL,
    given_number TEXT NOT NULL,
    given_state TEXT NOT NULL,
    numbers TEXT NOT NULL,
    words TEXT NOT NULL,
    digits TEXT NOT NULL,
    UNIQUE (batch, contact_id)
) STRICT;

-- A key holds all that a caller is told by: one page is read, not one each for key, number and
-- contact. Stems (`stem` = 1) lie apart, close together, since a caller asks for six of them.
CREATE TABLE keys (
    batch INTEGER NOT NULL,
    stem INTEGER NOT NULL,
    digits TEXT NOT NULL,
    contact INTEGER NOT NULL,
    place INTEGER NOT NULL,
    whole TEXT,
    head INTEGER NOT NULL,
    completed INTEGER NOT NULL,
    number TEXT NOT NULL,
    medium TEXT NOT NULL,
    contact_id TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    active INTEGER NOT NULL,
    client_number TEXT NOT NULL,
    client_state TEXT NOT NULL,
    PRIMARY KEY (batch, stem, digits, contact, place)
) STRICT, WITHOUT ROWID;

CREATE VIRTUAL TABLE contact_words USING fts5(
    words, content = '', contentless_delete = 1, detail = none, prefix = '1 2 3',
    tokenize = 'ascii'
);
CREATE VIRTUAL TABLE contact_digits USING fts5(
    digits, content = '', contentless_delete = 1, detail = none, tokenize = 'trigram'
);

-- What is replaced is swept in small steps and merged at their end: else every tenth of it that is
-- removed would have everything written anew.
INSERT INTO contact_words (contact_words, rank) VALUES ('deletemerge', 0);
INSERT INTO contact_digits (contact_digits, rank) VALUES ('deletemerge', 0);

-- The clients of the office, per batch of contacts. `intake`: the one that brought them last.
CREATE TABLE clients (
    batch INTEGER NOT NULL,
    client_id TEXT NOT NULL,
    owner TEXT NOT NULL,
    number TEXT NOT NULL,
    active INTEGER NOT NULL,
    intake INTEGER NOT NULL,
    PRIMARY KEY (batch, client_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX clients_by_owner ON clients (batch, owner);

-- A load that can be gone on with. `keeper`: the open store that works on it, empty after a crash.
-- `listed` is NULL until the list is complete. An intake that compares works on the live batches;
-- contacts beyond `last_contact` came to them from elsewhere while it ran.
CREATE TABLE intakes (
    intake INTEGER PRIMARY KEY AUTOINCREMENT,
    source TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'dead')),
    anew INTEGER NOT NULL,
    plan TEXT NOT NULL,
    begun_at INTEGER NOT NULL,
    keeper TEXT NOT NULL,
    contacts_batch INTEGER NOT NULL,
    keys_batch INTEGER NOT NULL,
    loads INTEGER NOT NULL,
    last_contact INTEGER NOT NULL,
    entries INTEGER NOT NULL DEFAULT 0,
    listed INTEGER,
    waiting INTEGER NOT NULL DEFAULT 0,
    mark TEXT NOT NULL DEFAULT '',
    clients_replaced INTEGER NOT NULL DEFAULT 0,
    contact_count INTEGER NOT NULL DEFAULT 0,
    number_count INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE listed (
    intake INTEGER NOT NULL,
    contact_id TEXT NOT NULL,
    stamp TEXT NOT NULL,
    waiting INTEGER NOT NULL,
    PRIMARY KEY (intake, contact_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX listed_waiting ON listed (intake, contact_id) WHERE waiting = 1;

CREATE INDEX uses_by_time ON uses (used_at);
