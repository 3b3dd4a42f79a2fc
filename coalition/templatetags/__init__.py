"""What templates may ask that a view need not answer."""
