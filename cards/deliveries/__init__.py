"""Cards in stock: arrived, called, handed over."""
