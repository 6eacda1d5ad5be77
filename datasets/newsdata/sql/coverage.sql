-- Articles of each site for each day of publication (of fetching where the page has no date), in UTC.
SELECT site, coalesce(published, fetched_at)::DATE AS day, count(*) AS articles, sum(n_words)::BIGINT AS words
FROM articles GROUP BY ALL ORDER BY site, day
