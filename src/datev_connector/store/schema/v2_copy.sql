-- Second half of version 2: copies what version 1 held, and removes it. `fold` is the program's.

DELETE FROM batches WHERE state <> 'live';

INSERT INTO contacts (
    id, batch, contact_id, stamp, name, kind, active, client_number, client_state,
    given_number, given_state, numbers, words, digits
)
SELECT
    (c.batch << 32) + c.id, c.batch, c.contact_id, '', c.name, c.kind, c.active,
    c.client_number, 'none', c.client_number, 'none',
    (
        SELECT json_group_array(
            json_array(n.number, n.standardised, n.medium, n.note, n.main) ORDER BY n.id
        )
        FROM old_numbers AS n WHERE n.contact = c.id
    ),
    fold(c.name, c.client_number),
    coalesce(
        (SELECT group_concat(n.digits, ' ' ORDER BY n.id) FROM old_numbers AS n
         WHERE n.contact = c.id),
        ''
    )
FROM old_contacts AS c
WHERE c.batch IN (SELECT batch FROM batches);

INSERT INTO contact_words (rowid, words) SELECT id, words FROM contacts;
INSERT INTO contact_digits (rowid, digits) SELECT id, digits FROM contacts WHERE digits <> '';

INSERT INTO keys (
    batch, stem, digits, contact, place, whole, head, completed, number, medium,
    contact_id, name, kind, active, client_number, client_state
)
SELECT
    k.batch, 0, k.key, (c.batch << 32) + c.id,
    (SELECT count(*) FROM old_numbers AS b WHERE b.contact = c.id AND b.id < n.id),
    NULL, k.stem IS NOT NULL, k.completed, n.number, n.medium,
    c.contact_id, c.name, c.kind, c.active, c.client_number, 'none'
FROM old_keys AS k
CROSS JOIN old_numbers AS n ON n.id = k.number
CROSS JOIN old_contacts AS c ON c.id = n.contact
WHERE k.batch IN (SELECT batch FROM batches);

INSERT OR IGNORE INTO keys (
    batch, stem, digits, contact, place, whole, head, completed, number, medium,
    contact_id, name, kind, active, client_number, client_state
)
SELECT
    k.batch, 1, k.stem, (c.batch << 32) + c.id,
    (SELECT count(*) FROM old_numbers AS b WHERE b.contact = c.id AND b.id < n.id),
    k.key, 1, k.completed, n.number, n.medium,
    c.contact_id, c.name, c.kind, c.active, c.client_number, 'none'
FROM old_keys AS k
CROSS JOIN old_numbers AS n ON n.id = k.number
CROSS JOIN old_contacts AS c ON c.id = n.contact
WHERE k.stem IS NOT NULL AND k.batch IN (SELECT batch FROM batches);

DROP TABLE old_contacts;
DROP TABLE old_numbers;
DROP TABLE old_keys;
