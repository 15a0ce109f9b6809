enum PlaceholderOAuthClient {}
