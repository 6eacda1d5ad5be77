-- When the pages of a site stopped yielding as before: one row a site, measure and day of change (UTC).
-- The three days from a crawl's day on are compared with the 35 days before it, and with the 7 days before it: a slow change, such
-- as a season's, differs from the first and not from the second. Of two crawls on one day the later is compared with the earlier,
-- too. Time in which nothing was fetched of a site counts as 7 days at most: a site that is crawled every other month has a past.
--   what         measure                                    alarms at a rise of
--   failed       share of pages that cannot be had          .30
--   no-article   share of pages that hold no article        .25
--   no-date      share of articles without a date           .30
--   no-authors   share of articles without authors          .30
--   paywall      share of articles behind a paywall         .30
--   short-text   characters of text, geometric mean         a fall to less than .60 of it
--   template     share of pages not of the template `part`  .30, to .95 or more: the template has vanished
-- Fewest pages: 20 before, 10 after; and the change must stand out by 4 standard errors, so that by chance one of some 30,000
-- comparisons alarms. A day that alarms within two weeks of another makes no row. `before`, `after`: the measure in the 35 and
-- in the 3 days; `url`: a page that shows it; `current`: it is not more than 35 days ago, and the site's last pages are no nearer
-- to what was before.
WITH thresholds(what, least_rise) AS (
    VALUES ('failed', 0.3), ('no-article', 0.25), ('no-date', 0.3), ('no-authors', 0.3), ('paywall', 0.3), ('short-text', -ln(0.6)),
        ('template', 0.3)
),
limits AS (SELECT 20 AS fewest_before, 10 AS fewest_after, 4 AS standard_errors, 0.95 AS vanished, 7 AS longest_pause),
stored AS (  -- each fetch as it was cleaned last
    SELECT site, url, fetched_at, crawl_id, published, authors, paywalled, n_chars
    FROM {articles}
    QUALIFY row_number() OVER (PARTITION BY id, fetched_at ORDER BY filename DESC, file_row_number DESC) = 1
),
-- Every measure is a number that grows as things get worse; lengths count as logarithms, so that halves weigh alike.
measured AS (
    SELECT
        site, '' AS part, url, fetched_at, crawl_id,
        unnest([
            {'what': 'failed', 'measure': 0.0::DOUBLE},
            {'what': 'no-article', 'measure': 0.0::DOUBLE},
            {'what': 'no-date', 'measure': (published IS NULL)::DOUBLE},
            {'what': 'no-authors', 'measure': (coalesce(len(authors), 0) = 0)::DOUBLE},
            {'what': 'paywall', 'measure': coalesce(paywalled, false)::DOUBLE},
            {'what': 'short-text', 'measure': -ln(greatest(n_chars, 1))::DOUBLE}
        ], recursive := true)
    FROM stored
    UNION ALL
    SELECT site, '', url, fetched_at, crawl_id, 'no-article', 1.0 FROM outcomes WHERE kind = 'skipped' AND reason IN ('section-page', 'error-page', 'login-wall', 'too-short', 'empty', 'not-html', 'too-large')
    UNION ALL
    SELECT site, '', url, fetched_at, crawl_id, 'failed', (kind IN ('failed', 'quarantined') OR reason = 'gone')::DOUBLE
    FROM outcomes
    WHERE kind IN ('failed', 'quarantined', 'unchanged')
        OR (kind = 'skipped' AND reason IN ('gone', 'section-page', 'error-page', 'login-wall', 'too-short', 'empty', 'not-html', 'too-large'))
    UNION ALL
    SELECT site, template.cluster, url, fetched_at, crawl_id, 'template', (outlines.cluster <> template.cluster)::DOUBLE
    FROM outlines JOIN (
        SELECT site, "cluster" FROM outlines CROSS JOIN limits GROUP BY ALL HAVING count(*) >= any_value(fewest_before)
    ) AS template USING (site)
),
parts_of_days AS (  -- a crawl's pages of one day; what small crawls have fetched on it counts together
    SELECT site, day, IF(pages >= fewest_after, crawl_id, '') AS crawl, list(crawl_id) AS crawl_ids, min(moment) AS moment
    FROM (
        SELECT site, fetched_at::DATE AS day, crawl_id, count(DISTINCT url) AS pages, min(fetched_at) AS moment
        FROM measured
        GROUP BY ALL
    ) CROSS JOIN limits
    GROUP BY ALL
),
calendar AS (  -- position: days, with pauses cut short; within a day in thousandths
    SELECT site, day, unnest(crawl_ids) AS crawl_id, crawl, days + epoch(moment - day) / 86_400_000 AS position
    FROM parts_of_days JOIN (
        SELECT site, day, sum(least(day - previous, longest_pause)) OVER (PARTITION BY site ORDER BY day) AS days
        FROM (
            SELECT site, day, coalesce(lag(day) OVER (PARTITION BY site ORDER BY day), day) AS previous
            FROM (SELECT DISTINCT site, day FROM parts_of_days)
        ) CROSS JOIN limits
    ) USING (site, day)
),
daily AS (
    SELECT
        site, what, part, day, position,
        count(*) AS pages,
        sum(measure) AS total,
        sum(measure * measure) AS squares,
        max({'measure': measure, 'earlier': -epoch_us(fetched_at), 'url': url}) AS worst
    FROM (SELECT *, fetched_at::DATE AS day FROM measured) JOIN calendar USING (site, day, crawl_id)
    GROUP BY ALL
),
spans AS (
    SELECT
        site, what, part, day, position,
        total / pages AS mean_of_day,
        sum(pages) OVER earlier AS pages_before,
        sum(pages) OVER later AS pages_after,
        sum(total) OVER earlier / sum(pages) OVER earlier AS mean_before,
        sum(total) OVER just_before / sum(pages) OVER just_before AS mean_just_before,
        sum(total) OVER later / sum(pages) OVER later AS mean_after,
        (sum(squares) OVER earlier + sum(squares) OVER later) / (sum(pages) OVER earlier + sum(pages) OVER later)
            - ((sum(total) OVER earlier + sum(total) OVER later) / (sum(pages) OVER earlier + sum(pages) OVER later)) ** 2
            AS variance,
        max(worst) OVER later AS worst,
        last_value(total) OVER whole / last_value(pages) OVER whole AS mean_of_last_day,
        last_value(day) OVER whole AS last_day
    FROM daily
    WINDOW
        earlier AS (PARTITION BY site, what, part ORDER BY position RANGE BETWEEN 35.001 PRECEDING AND 0.000000001 PRECEDING),
        just_before AS (PARTITION BY site, what, part ORDER BY position RANGE BETWEEN 7.001 PRECEDING AND 0.000000001 PRECEDING),
        later AS (PARTITION BY site, what, part ORDER BY position RANGE BETWEEN CURRENT ROW AND 2.001 FOLLOWING),
        whole AS (PARTITION BY site, what, part ORDER BY position ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
),
alarming AS (
    SELECT
        spans.*,
        (mean_after - mean_before) / sqrt(greatest(variance, 1e-9) * (1 / pages_before + 1 / pages_after)) AS apart
    FROM spans JOIN thresholds USING (what) CROSS JOIN limits
    WHERE pages_before >= fewest_before AND pages_after >= fewest_after
        AND mean_after - greatest(mean_before, mean_just_before) >= least_rise  -- greatest() leaves out a null
        AND mean_of_day - mean_before >= least_rise  -- or a day before the change would alarm for those after it
        AND (what <> 'template' OR mean_after >= vanished)
        AND apart >= standard_errors
),
marked AS (
    SELECT *, coalesce(day - lag(day) OVER (PARTITION BY site, what, part ORDER BY position) > 14, true) AS is_first
    FROM alarming
)
SELECT
    site, day, what, part,
    CASE what WHEN 'short-text' THEN round(exp(-mean_before)) ELSE round(mean_before, 3) END AS "before",
    CASE what WHEN 'short-text' THEN round(exp(-mean_after)) ELSE round(mean_after, 3) END AS "after",
    pages_before::BIGINT AS pages_before,
    pages_after::BIGINT AS pages_after,
    worst.url AS url,
    mean_of_last_day >= (mean_before + mean_after) / 2 AND day > last_day - 35 AS "current"
FROM marked
WHERE is_first;
