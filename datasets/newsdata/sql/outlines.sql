-- What stands where on pages, for learning their site's profile: a sample of each site, one row a page fetched.
SELECT {columns} FROM {outlines};
