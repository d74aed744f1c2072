"""Components of our own, drawn in the page itself: no frame, nothing loaded from outside."""
