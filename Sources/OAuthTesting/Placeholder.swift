enum PlaceholderOAuthTesting {}
