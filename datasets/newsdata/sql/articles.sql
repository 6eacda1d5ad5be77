-- The newest version of each article.
SELECT * FROM storage.articles
QUALIFY row_number() OVER (PARTITION BY id ORDER BY fetched_at DESC, crawl_id DESC) = 1
