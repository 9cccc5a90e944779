"""Pictures that members bring along: kept in a `store`, loaded for jobs, deleted after them."""
