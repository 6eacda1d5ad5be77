-- What changed from one version of an article to the next: one row a version that differs from the one before.
-- what: the differences, of `title`, `text`, `modified` and `correction`. text_share: the share of the text's paragraphs,
-- by length, that are new or gone. correction: the note, where one appeared. Two versions of one fetch count as one.
WITH fetched AS (
    SELECT *
    FROM {articles}
    QUALIFY row_number() OVER (PARTITION BY id, fetched_at ORDER BY filename DESC, file_row_number DESC) = 1
),
compared AS (
    SELECT
        id, site, url, fetched_at, title, text, modified,
        lag(fetched_at) OVER versions AS previous_fetched_at,
        lag(title) OVER versions AS previous_title,
        lag(modified) OVER versions AS previous_modified,
        string_split(text, chr(10) || chr(10)) AS blocks,
        string_split(lag(text) OVER versions, chr(10) || chr(10)) AS previous_blocks
    FROM fetched
    WINDOW versions AS (PARTITION BY id ORDER BY fetched_at)
),
blocks AS (
    SELECT
        *,
        list_filter(blocks, lambda block: NOT list_contains(previous_blocks, block)) AS added,
        list_filter(previous_blocks, lambda block: NOT list_contains(blocks, block)) AS dropped
    FROM compared
    WHERE previous_fetched_at IS NOT NULL
),
told AS (
    SELECT
        *,
        list_filter(
            added,
            lambda block: regexp_matches(
                block,
                '^[^\p{L}]*(?:corrections?|clarifications?|editor.s note|this (?:article|story) (?:has been|was) (?:amended|corrected|updated)'
                || '|an earlier version|berichtigung|korrektur|in einer früheren (?:version|fassung)|correctif|rectificatif|une (?:première|précédente) version'
                || '|corrección|fe de errores|rectificación|una versión anterior|correzione|errata corrige|correção|rectificatie|correctie)(?:[^\p{L}]|$)',
                'i'
            )
        )[1] AS correction,
        (list_sum(list_transform(added, lambda block: length(block))) + 0) AS added_chars,
        (list_sum(list_transform(dropped, lambda block: length(block))) + 0) AS dropped_chars,
        list_sum(list_transform(blocks, lambda block: length(block))) AS chars,
        list_sum(list_transform(previous_blocks, lambda block: length(block))) AS previous_chars
    FROM blocks
)
SELECT
    id, site, url, fetched_at, previous_fetched_at,
    list_filter(
        [
            CASE WHEN title IS DISTINCT FROM previous_title THEN 'title' END,
            CASE WHEN len(added) + len(dropped) > 0 THEN 'text' END,
            CASE WHEN modified IS DISTINCT FROM previous_modified THEN 'modified' END,
            CASE WHEN correction IS NOT NULL THEN 'correction' END
        ],
        lambda each: each IS NOT NULL
    ) AS what,
    previous_title, title,
    round((coalesce(added_chars, 0) + coalesce(dropped_chars, 0)) / greatest(chars + previous_chars, 1), 4) AS text_share,
    previous_modified, modified, correction
FROM told
WHERE len(what) > 0;
