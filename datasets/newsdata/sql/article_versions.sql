-- Every version of every article: one row for each time it was fetched and cleaned.
SELECT {columns} FROM {articles};
