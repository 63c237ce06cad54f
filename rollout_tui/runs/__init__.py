"""Where runs are kept: what such a place can do, a folder of files, and what is made of the logs in it."""
