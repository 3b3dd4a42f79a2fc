"""Left indeed: why we say that an organisation has left."""
