-- A line for each site: how much there is, when it was last seen, what failed, and what its articles lack.
WITH texts AS (
    SELECT site,
           count(*) AS articles,
           sum(n_words)::BIGINT AS words,
           avg(list_sum(list_transform(removed, lambda block: length(block.text))) / nullif(n_chars + list_sum(list_transform(removed, lambda block: length(block.text))), 0)) AS removed_share,
           count(*) FILTER (published IS NULL) AS without_date,
           count(*) FILTER (len(authors) = 0) AS without_authors
    FROM articles GROUP BY site
), tries AS (
    SELECT site,
           max(fetched_at) AS last_seen,
           count(*) FILTER (kind = 'failed') AS failed,
           count(*) FILTER (kind = 'skipped') AS skipped,
           count(*) FILTER (kind = 'quarantined') AS quarantined
    FROM outcomes GROUP BY site
)
SELECT site, coalesce(articles, 0) AS articles, coalesce(words, 0) AS words, last_seen,
       coalesce(failed, 0) AS failed, coalesce(skipped, 0) AS skipped, coalesce(quarantined, 0) AS quarantined,
       round(removed_share, 3) AS removed_share, coalesce(without_date, 0) AS without_date,
       coalesce(without_authors, 0) AS without_authors
FROM texts FULL JOIN tries USING (site)
ORDER BY articles DESC, site
