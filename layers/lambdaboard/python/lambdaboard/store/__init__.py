"""The single table and the bucket; the only place that imports boto3."""
