"""Drawing functions, one palette, one style.

Belongs here: matplotlib axes from arrays, dates and names. Does not belong here: numbers of any kind, nor the types that
hold them: a result draws itself by passing its arrays.
"""
