-- A row for each image of an article.
SELECT id, url AS article_url, site, published, generate_subscripts(images, 1) AS position, unnest(images, recursive := true)
FROM articles
