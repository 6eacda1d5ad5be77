"""Articles in and out of Parquet; SQL over them."""
