enum PlaceholderOAuthResourceServer {}
