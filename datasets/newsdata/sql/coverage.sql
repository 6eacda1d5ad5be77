-- One row a site and day (UTC): articles published on it, and what became of the pages tried on it; sources are no pages.
WITH published AS (
    SELECT site, published::DATE AS day, count(*) AS articles
    FROM articles
    WHERE published IS NOT NULL
    GROUP BY ALL
),
tried AS (
    SELECT
        site,
        fetched_at::DATE AS day,
        count(*) AS tried,
        count(*) FILTER (kind = 'stored') AS stored,
        count(*) FILTER (kind = 'unchanged') AS unchanged,
        count(*) FILTER (kind = 'skipped') AS skipped,
        count(*) FILTER (kind = 'quarantined') AS quarantined,
        count(*) FILTER (kind = 'failed') AS failed
    FROM outcomes
    WHERE coalesce(reason, '') NOT IN ({sources})
    GROUP BY ALL
)
SELECT
    site,
    day,
    coalesce(articles, 0) AS published,
    coalesce(tried, 0) AS tried,
    coalesce(stored, 0) AS stored,
    coalesce(unchanged, 0) AS unchanged,
    coalesce(skipped, 0) AS skipped,
    coalesce(quarantined, 0) AS quarantined,
    coalesce(failed, 0) AS failed
FROM published FULL JOIN tried USING (site, day);
