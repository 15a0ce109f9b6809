enum PlaceholderOAuthServer {}
