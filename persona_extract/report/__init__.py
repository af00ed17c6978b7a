"""Reports for people, drawn from one `Results` record and from nothing else."""
