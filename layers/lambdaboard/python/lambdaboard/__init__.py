"""Lambdaboard: Kanboard's JSON-RPC task API on API Gateway, Lambda, DynamoDB and S3."""
