-- Version 3: the calls that are not in DATEV are found without looking at all the others.

CREATE INDEX calls_not_in_datev ON calls (began_at, call) WHERE in_datev_at IS NULL;

-- Which revision of a note DATEV has confirmed is kept with the call now. What was handed over and
-- waits no longer has been confirmed. A call that cannot be read must not keep all others away.
UPDATE calls SET document = json_set(
    document, '$.note_in_datev_revision', json_extract(document, '$.note_sent_revision')
)
WHERE CASE WHEN json_valid(document) THEN json_extract(document, '$.note_sent_revision') > 0 END
AND NOT EXISTS (SELECT 1 FROM entries WHERE entries.call = calls.call AND entries.is_open = 1);
