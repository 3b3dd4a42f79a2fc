"""The images that compose runs, built from the tree's own Dockerfile where a builder is at hand."""
