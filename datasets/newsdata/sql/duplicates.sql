-- Articles that share their text, letter for letter, with another; `cluster` is the hash of that text.
SELECT content_hash AS "cluster", id, url, site, title, published, fetched_at
FROM articles
QUALIFY count(*) OVER (PARTITION BY content_hash) > 1;
