"""Building, caching, jobs, the cluster, baselines, registration."""
