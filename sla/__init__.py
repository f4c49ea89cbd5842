"""Floor 3: the promise. Matrix and clocks; a breach is the deadline itself, however late anybody looks."""
