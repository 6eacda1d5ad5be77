-- Articles whose story another article tells, too: by the same text, or by nearly the same if `newsmill dedupe` has run.
-- `cluster` is the hash of the text that stands for the story. `similarity` is the share of shingles in both texts of those
-- in either, `containment` of those in the shorter text; 1 for that text itself and for equal ones. An article without a
-- date was published before it was fetched.
WITH told AS (
    SELECT
        coalesce(found.cluster, content_hash) AS story,
        coalesce(found.similarity, 1) AS similarity,
        coalesce(found.containment, 1) AS containment,
        id, url, site, title, published, fetched_at
    FROM articles LEFT JOIN {duplicates} AS found USING (content_hash)
)
SELECT
    story AS "cluster",
    id, url, site, title, published, fetched_at,
    round(similarity::DOUBLE, 4) AS similarity,
    round(containment::DOUBLE, 4) AS containment,
    row_number() OVER (PARTITION BY story ORDER BY coalesce(published, fetched_at), fetched_at, id) = 1 AS first_published
FROM told
QUALIFY count(*) OVER (PARTITION BY story) > 1;
