-- One row a site: what there is of it, and what to look into.
-- removed_share: characters removed, of all that were in reach of the body. drift: what has got worse, see the view `drift`;
-- drift_day, drift_url: the newest of it, and a page that shows it. blocked: pages that the site did not let the crawl see, with the
-- reasons and how often each.
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
),
blocks AS (
    SELECT site, sum(pages) AS blocked, string_agg(reason || ' ' || pages, ', ' ORDER BY pages DESC, reason) AS blocked_by
    FROM (SELECT site, reason, count(*) AS pages FROM outcomes WHERE reason IN ({blocked}) GROUP BY ALL)
    GROUP BY site
),
drifted AS (
    SELECT site, string_agg(DISTINCT what, ', ' ORDER BY what) AS drift, max(day) AS drift_day, max({'day': day, 'url': url}).url AS drift_url
    FROM drift
    WHERE "current"
    GROUP BY site
)
SELECT
    site,
    coalesce(articles, 0) AS articles,
    greatest(stored.last_seen, tried.last_seen) AS last_seen,
    coalesce(failures, 0) AS failures,
    round(coalesce(removed_chars, 0) / (coalesce(removed_chars, 0) + nullif(kept_chars, 0)), 4) AS removed_share,
    coalesce(without_date, 0) AS without_date,
    coalesce(without_authors, 0) AS without_authors,
    drift, drift_day, drift_url,
    coalesce(blocked, 0)::BIGINT AS blocked,
    blocked_by
FROM stored FULL JOIN tried USING (site) LEFT JOIN drifted USING (site) LEFT JOIN blocks USING (site);
