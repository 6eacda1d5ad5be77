-- What each site says about automated use: one row a site, signal and value, as seen on its articles' newest versions.
-- articles: how many carry it, of all_articles of the site. denies: what it forbids of train-ai, ai-input and search.
WITH signals AS (
    SELECT site, id, fetched_at, unnest(usage) AS signal
    FROM articles
),
counted AS (
    SELECT site, signal.source AS source, signal.value AS "value", count(DISTINCT id) AS articles, max(fetched_at) AS last_seen
    FROM signals
    GROUP BY ALL
)
SELECT
    counted.site, source, "value", counted.articles, totals.all_articles,
    list_filter(
        [{denies}],
        lambda each: each IS NOT NULL
    ) AS denies,
    last_seen
FROM counted JOIN (SELECT site, count(*) AS all_articles FROM articles GROUP BY site) AS totals USING (site);
