"""The kinds of file that rows come in: lines of JSON, CSV, Parquet. Each module reads records in bounded memory."""
