-- What became of each URL that was tried: one row a URL and crawl.
SELECT {columns} FROM {outcomes};
