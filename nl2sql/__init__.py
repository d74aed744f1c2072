"""HỏiKho: a Vietnamese question in, a governed answer from the warehouse out, on this machine only."""
