"""Drawing functions, one palette, one style.

Belongs here: matplotlib axes from arrays. Does not belong here: numbers of any kind, nor the types that hold them.
"""

__all__: list[str] = []
