"""What a provider may say: rules that set an implausible fact aside before it is kept.

Belongs here: pure rules over facts and what is stored, the table of limits, and their validation on recorded data. Does
not belong here: fetching (`sources/`), keeping (`lake/`), who decides on what was set aside (`defs/`, `commands/`).
Import the module you need (`from macro_assets.plausibility import screen`).
"""
