"""What journalists get: words, quotes, pictures; and until when only they may see it."""
