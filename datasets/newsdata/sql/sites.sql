-- One row a site: what there is of it, and what to look into.
-- removed_share: characters removed, of all that were in reach of the body.
WITH stored AS (
    SELECT
        site,
        count(*) AS articles,
        max(fetched_at) AS last_seen,
        sum(list_sum(list_transform(removed, lambda block: length(block.text)))) AS removed_chars,
        sum(n_chars) AS kept_chars,
        count(*) FILTER (published IS NULL) AS without_date,
        count(*) FILTER (len(authors) = 0) AS without_authors
    FROM articles
    GROUP BY site
),
tried AS (
    SELECT site, max(fetched_at) AS last_seen, count(*) FILTER (kind = 'failed') AS failures
    FROM outcomes
    GROUP BY site
)
SELECT
    site,
    coalesce(articles, 0) AS articles,
    greatest(stored.last_seen, tried.last_seen) AS last_seen,
    coalesce(failures, 0) AS failures,
    round(coalesce(removed_chars, 0) / (coalesce(removed_chars, 0) + nullif(kept_chars, 0)), 4) AS removed_share,
    coalesce(without_date, 0) AS without_date,
    coalesce(without_authors, 0) AS without_authors
FROM stored FULL JOIN tried USING (site);
