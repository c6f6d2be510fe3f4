"""What captures look like, without a screen: values in, plain strings and small records out.

The Textual screen and `wsinspect show` are two users of this folder. Colour is not here. Whatever
can hold octets or text of a peer has gone through `safe` when it leaves this folder.
"""
