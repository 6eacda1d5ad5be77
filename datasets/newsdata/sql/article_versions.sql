-- Every version of every article, numbered from the oldest; a row delivered twice counts once.
SELECT row_number() OVER (PARTITION BY id ORDER BY fetched_at, crawl_id) AS version, *
FROM (SELECT DISTINCT ON (id, fetched_at, content_hash) * FROM storage.articles)
