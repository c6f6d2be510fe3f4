"""The screen: a Textual inspector for captures, and the same facts without a screen."""
