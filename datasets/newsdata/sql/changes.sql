-- What changed from one version of an article to the next: one row a version that differs from the one before.
-- what: the differences, of `title`, `text`, `authors`, `modified` and `correction`. text_share: the share of the text's paragraphs,
-- by length, that are new or gone. correction: the note, where one appeared: a paragraph that begins as one, or a short one that
-- speaks of this article and of an error, a correction or an earlier version. Two versions of one fetch count as one.
WITH fetched AS (
    SELECT *
    FROM {articles}
    QUALIFY row_number() OVER (PARTITION BY id, fetched_at ORDER BY filename DESC, file_row_number DESC) = 1
),
compared AS (
    SELECT
        id, site, url, fetched_at, title, text, authors, modified,
        lag(fetched_at) OVER versions AS previous_fetched_at,
        lag(title) OVER versions AS previous_title,
        lag(authors) OVER versions AS previous_authors,
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
                || '|berichtigung|korrektur|richtigstellung|in einer früheren (?:version|fassung) (?:hieß|stand|war|haben|wurde)|correctif|rectificatif|erratum'
                || '|corrección|fe de errores|rectificación|correzione|rettifica'
                || '|errata corrige|correção|retificação|errata|rectificatie|correctie|sprostowanie|korekta|rättelse)(?:[^\p{L}]|$)',
                'i'
            )
            OR (
                length(block) <= 600
                AND regexp_matches(
                    block,
                    '\b(?:this (?:article|story|report|column|piece|post)|diese[mnrs]? (?:artikels?|beitrags?|textes|text|berichts?|meldung)'
                    || '|(?:cet|de l.) ?article|ce (?:texte|papier)|est[ea] (?:artículo|noticia|texto|información)|quest[oa]\s(?:articolo|notizia|testo)'
                    || '|(?:d|n)?est[ea] (?:artigo|reportagem|notícia|texto|matéria)|(?:dit|deze) (?:artikel|bericht|stuk|tekst)'
                    || '|(?:tego|tym|ten) (?:artykułu?|artykule|tekstu?|tekście)|(?:den här|denna) (?:artikeln?|texten?)|artikeln har)',
                    'i'
                )
                AND regexp_matches(
                    block,
                    '(?:\bcorrect(?:ed|ion|s)?\b|\bamended\b|\bmisstated\b|\bmisidentified\b|\b(?:earlier|previous) version|korrigier|berichtigt'
                    || '|richtiggestellt|(?:früheren|ersten|ursprünglichen) (?:version|fassung)|corrigé|rectifi|\berreur|version (?:antérieure|précédente|initiale)'
                    || '|(?:première|précédente) version|corregid|rectificad|versión anterior|\berrore?\b|corrett[oa]\b|rettificat|versione precedente'
                    || '|corrigid|retificad|versão anterior|\berro\b|gecorrigeerd|eerdere versie|\bfout\b|poprawion|poprawili|sprostowa'
                    || '|(?:poprzedniej|wcześniejszej|pierwotnej) wersji|\bbłąd|rättat|korrigerat|tidigare version)',
                    'i'
                )
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
            CASE WHEN authors IS DISTINCT FROM previous_authors THEN 'authors' END,
            CASE WHEN modified IS DISTINCT FROM previous_modified THEN 'modified' END,
            CASE WHEN correction IS NOT NULL THEN 'correction' END
        ],
        lambda each: each IS NOT NULL
    ) AS what,
    previous_title, title,
    round((coalesce(added_chars, 0) + coalesce(dropped_chars, 0)) / greatest(chars + previous_chars, 1), 4) AS text_share,
    previous_modified, modified, correction, previous_authors, authors
FROM told
WHERE len(what) > 0;
