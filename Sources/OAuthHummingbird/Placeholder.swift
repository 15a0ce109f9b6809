enum PlaceholderOAuthHummingbird {}
