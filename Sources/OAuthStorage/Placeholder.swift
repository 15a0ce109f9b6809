enum PlaceholderOAuthStorage {}
