"""Everything that remembers, decides or answers. See docs/map.md for who may import whom."""
