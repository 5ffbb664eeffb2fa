"""Search, quote, book, move, cancel: what people do with free time."""
