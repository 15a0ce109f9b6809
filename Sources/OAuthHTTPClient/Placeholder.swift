enum PlaceholderOAuthHTTPClient {}
