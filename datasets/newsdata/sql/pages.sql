-- Raw pages as received. `id` is the hash of the final URL; an article's own id may come from its canonical URL, so join
-- pages and articles by url and fetched_at.
SELECT {columns} FROM {pages};
