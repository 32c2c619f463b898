"""Files of the outside world, read into the words of `orders` and `catalog`.

The way of a file: `decoding` turns bytes into text, `detect` finds the header and the one reader that claims it, `sheet` walks
the rows, the reader in `known/` gives them their meaning, `opening` joins these. One channel is one file in `known/`.
"""
