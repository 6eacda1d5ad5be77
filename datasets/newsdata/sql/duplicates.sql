-- Articles with one and the same text: a row for each of a cluster's articles; the first published leads it.
SELECT id, url, site, published, content_hash AS cluster, 1.0::DOUBLE AS similarity,
       row_number() OVER (PARTITION BY content_hash ORDER BY published NULLS LAST, fetched_at, id) = 1 AS is_first
FROM articles
QUALIFY count(*) OVER (PARTITION BY content_hash) > 1
