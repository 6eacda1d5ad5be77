-- Every image of an article; `url` is the article's, `image_url` its own. Positions count from 1.
SELECT
    id, url, site, position,
    image.url AS image_url, image.caption AS caption, image.credit AS credit, image.alt AS alt,
    image.width AS width, image.height AS height
FROM (SELECT id, url, site, unnest(images) AS image, generate_subscripts(images, 1) AS position FROM articles);
