"""The spiders: ``news`` for sites, ``urls`` for a file of URLs."""
