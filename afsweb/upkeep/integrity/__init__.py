"""Is what is stored still true? Counters are counted again, files are read again; what is wrong becomes a finding."""
