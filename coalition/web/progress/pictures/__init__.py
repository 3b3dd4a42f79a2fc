"""The number as a picture: for previews of links, and for other sites that show it."""
