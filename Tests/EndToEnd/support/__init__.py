"""What the end-to-end tests share: running servers, a person with a browser, and the parts of a flow."""
