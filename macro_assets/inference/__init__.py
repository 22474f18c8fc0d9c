"""Statistics that the sciences share: long-run variance, bootstrap, conformal intervals, folds, comparison, scores.

Belongs here: pure functions over arrays, each with its source. Does not belong here: anything that knows an effect, a
regime or a recession. Import the module you need (`from macro_assets.inference import longrun`).
"""
