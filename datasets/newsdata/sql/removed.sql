-- A row for each block that was in reach of an article's body and is not in its text, with the rule that removed it.
SELECT id, url, site, published, generate_subscripts(removed, 1) AS position, unnest(removed, recursive := true)
FROM articles
